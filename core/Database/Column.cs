using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>One column of a table, and the row's property that holds it.</summary>
internal abstract class Column<TRow>(string name, string? cast, bool isKey, bool isMutable)
{
    public string Name { get; } = name;

    /// <summary>The column's type where it does not follow from the parameter's: an enum, jsonb.</summary>
    public string? Cast { get; } = cast;

    public bool IsKey { get; } = isKey;

    /// <summary>The property can be set after the row was made, so the column is compared and updated.</summary>
    public bool IsMutable { get; } = isMutable;

    /// <summary>Rows are loaded with it; otherwise it is only written.</summary>
    public abstract bool IsRead { get; }

    /// <returns>An array of the column's values, for <c>unnest</c>.</returns>
    public abstract object Values(IReadOnlyList<TRow> rows);

    public abstract void Read(TRow row, NpgsqlDataReader reader, int ordinal);

    public abstract bool IsSame(TRow a, TRow b);
}

internal static class Column
{
    /// <param name="property">Numbers, text, times and bools are stored as they are; ids (<see cref="IIdentifier{TSelf}"/>) and enums as text.</param>
    public static Column<TRow> Of<TRow, TValue>(Expression<Func<TRow, TValue>> property, string? name, string? cast, bool isKey)
    {
        var member = (PropertyInfo)((MemberExpression)property.Body).Member;
        var setter = member.SetMethod!;
        var isInitOnly = setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return Of(
            name ?? SnakeCase(member.Name), cast, isKey, !isKey && !isInitOnly,
            member.GetMethod!.CreateDelegate<Func<TRow, TValue>>(), setter.CreateDelegate<Action<TRow, TValue>>());
    }

    /// <param name="set">Null where the column is written and never read.</param>
    public static Column<TRow> Of<TRow, TValue>(string name, string? cast, bool isKey, bool isMutable, Func<TRow, TValue> get, Action<TRow, TValue>? set)
    {
        var plain = Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue);
        var text = plain.IsEnum ? typeof(EnumText<>)
            : plain.IsValueType && Array.Exists(plain.GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IIdentifier<>))
                ? typeof(IdentifierText<>)
                : null;
        if (text is null)
            return new Column<TRow, TValue, TValue>(name, cast, isKey, isMutable, get, set, static value => value, static stored => stored);
        text = text.MakeGenericType(plain);
        var suffix = plain == typeof(TValue) ? "" : "OrNull";
        var store = text.GetMethod("Store" + suffix)!.CreateDelegate<Func<TValue, string?>>();
        var load = text.GetMethod("Load" + suffix)!.CreateDelegate<Func<string?, TValue>>();
        return new Column<TRow, TValue, string?>(name, cast, isKey, isMutable, get, set, store, load);
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) ? (index == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
}

internal sealed class Column<TRow, TValue, TStored>(
    string name, string? cast, bool isKey, bool isMutable,
    Func<TRow, TValue> get, Action<TRow, TValue>? set, Func<TValue, TStored> store, Func<TStored, TValue> load)
    : Column<TRow>(name, cast, isKey, isMutable)
{
    /// <summary>Asked once: to ask the reader of each value costs as much as to read it.</summary>
    private static readonly bool CanBeNull = default(TValue) is null;

    public override bool IsRead => set is not null;

    public override object Values(IReadOnlyList<TRow> rows) => rows.Column(row => store(get(row)));

    public override void Read(TRow row, NpgsqlDataReader reader, int ordinal)
    {
        if (!CanBeNull || !reader.IsDBNull(ordinal))
            set!(row, load(reader.GetFieldValue<TStored>(ordinal)));
    }

    public override bool IsSame(TRow a, TRow b) => EqualityComparer<TValue>.Default.Equals(get(a), get(b));
}

/// <summary>An enum is stored by the names of its values.</summary>
internal static class EnumText<TEnum> where TEnum : struct, Enum
{
    private static readonly Dictionary<TEnum, string> Names = Enum.GetValues<TEnum>().ToDictionary(value => value, value => value.ToString());
    private static readonly Dictionary<string, TEnum> Values = Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string? Store(TEnum value) => Names[value];

    public static TEnum Load(string? stored) => Values[stored!];

    public static string? StoreOrNull(TEnum? value) => value is { } known ? Names[known] : null;

    public static TEnum? LoadOrNull(string? stored) => stored is null ? null : Values[stored];
}

/// <summary>An id is stored as its text.</summary>
internal static class IdentifierText<TId> where TId : struct, IIdentifier<TId>
{
    public static string? Store(TId id) => id.Value;

    public static TId Load(string? stored) => TId.From(stored!);

    public static string? StoreOrNull(TId? id) => id?.Value;

    public static TId? LoadOrNull(string? stored) => stored is null ? null : TId.From(stored);
}
