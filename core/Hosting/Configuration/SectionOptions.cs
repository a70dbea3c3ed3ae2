using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace EcomIntel.Core.Hosting.Configuration;

/// <summary>The options of one slice: one section of the configuration.</summary>
public interface ISectionOptions
{
    static abstract string Section { get; }

    /// <summary>What is wrong with the values, in one line that begins with the offending key; null if nothing.</summary>
    string? Invalid();
}

/// <summary>The configuration cannot be used; the message is one line that names the key. A program ends with exit code 2.</summary>
public sealed class ConfigurationException(string message) : Exception(message);

public static class SectionOptionsReader
{
    /// <summary>Reads a section, its keys and values held to what the options know.</summary>
    /// <exception cref="ConfigurationException">An unknown key, or a value that cannot be used.</exception>
    public static T ReadSection<T>(this IConfiguration configuration) where T : class, ISectionOptions, new()
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(T.Section);
        if (Unknown(section, typeof(T)) is { } unknown)
            throw new ConfigurationException($"{unknown}: there is no such key");
        T options;
        try
        {
            options = section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException wrong) // names the key and the value itself
        {
            throw new ConfigurationException(wrong.Message.ReplaceLineEndings(" "));
        }
        return options.Invalid() is { } invalid ? throw new ConfigurationException($"{T.Section}:{invalid}") : options;
    }

    /// <summary>Refuses sections that no part of the program reads: a misspelt one would be ignored in silence.</summary>
    /// <exception cref="ConfigurationException">An unknown section.</exception>
    public static void RefuseOtherSections(this IConfiguration configuration, params IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var names = known.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (configuration.GetChildren().FirstOrDefault(child => !names.Contains(child.Key)) is { } unknown)
            throw new ConfigurationException($"{unknown.Key}: there is no such section; there are {string.Join(", ", names.Order(StringComparer.Ordinal))}");
    }

    private static string? Unknown(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is not { CanWrite: true })
                return child.Path;
            if (EntriesOf(property.PropertyType) is { } entries)
            {
                if (child.GetChildren().Select(entry => Unknown(entry, entries)).OfType<string>().FirstOrDefault() is { } wrong)
                    return wrong;
                continue;
            }
            var holdsOthers = property.PropertyType.IsAssignableTo(typeof(IEnumerable)) || property.PropertyType.Namespace == nameof(System);
            if (!holdsOthers && Unknown(child, property.PropertyType) is { } deeper)
                return deeper;
        }
        return null;
    }

    /// <summary>What a dictionary's values are, where they are options themselves; names are the user's to choose.</summary>
    private static Type? EntriesOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) && type.GetGenericArguments()[1] is { } entries
        && entries.Namespace != nameof(System) && !entries.IsAssignableTo(typeof(IEnumerable)) ? entries : null;
}
