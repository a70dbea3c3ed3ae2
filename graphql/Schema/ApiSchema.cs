using System.Reflection;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Kpis;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Stock;
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

    /// <param name="limits">What masks errors is set here.</param>
    /// <exception cref="SchemaException">A field that nobody resolves, or that does not say who may ask for it.</exception>
    public static ExecutableSchema Build(ExecutionOptions limits, TypeAccess access, ApiInstruments instruments, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("EcomIntel.GraphQL");
        return new SchemaBinding(Read())
            .Scalar("DateTime", new DateTimeCodec()).Scalar("Date", new DateCodec()).Scalar("Decimal", new DecimalCodec()).Scalar("Long", new LongCodec())
            .Assembly(Assembly.GetExecutingAssembly())
            .List<Order>("Order").List<OrderLine>("OrderLine").List<Shipment>("Shipment").List<Item>("Item").List<StockPosition>("StockPosition").List<LedgerEntry>("LedgerEntry").List<DeadLetter>("DeadLetter").List<KpiRow>("KpiRow")
            .Guard(access.For)
            .Build(limits with
            {
                OnMaskedError = (failure, where) =>
                {
                    instruments.Failed(where);
                    ResolverFailed(logger, failure, where);
                },
            });
    }

    /// <summary>The connection and edge types of a list.</summary>
    private static SchemaBinding List<T>(this SchemaBinding binding, string type) where T : class => binding.Object<Connection<T>>($"{type}Connection").Object<Edge<T>>($"{type}Edge");

    [LoggerMessage(EventId = 5000, Level = LogLevel.Error, Message = "{Where} failed; the client was told INTERNAL")]
    private static partial void ResolverFailed(ILogger logger, Exception failure, string where);
}
