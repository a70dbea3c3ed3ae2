using System.Reflection;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Schema;

/// <summary>The hub's API: the SDL files of this program, tied to its resolvers.</summary>
internal static partial class ApiSchema
{
    /// <summary>The SDL alone, all files as one.</summary>
    public static Engine.TypeSystem.Schema Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return SchemaReader.Read([.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".graphql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new SdlFile(name, reader.ReadToEnd());
        })]);
    }

    /// <exception cref="SchemaException">A field that nobody resolves, or that does not say who may ask for it.</exception>
    public static ExecutableSchema Build(IServiceProvider services)
    {
        var options = services.GetRequiredService<ApiOptions>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("EcomIntel.GraphQL");
        return new SchemaBinding(Read())
            .Assembly(Assembly.GetExecutingAssembly())
            .Build(new ExecutionOptions
            {
                Introspection = options.Introspection,
                Timeout = options.Timeout,
                OnMaskedError = (failure, where) => ResolverFailed(logger, failure, where),
            });
    }

    [LoggerMessage(EventId = 5000, Level = LogLevel.Error, Message = "{Where} failed; the client was told INTERNAL")]
    private static partial void ResolverFailed(ILogger logger, Exception failure, string where);
}
