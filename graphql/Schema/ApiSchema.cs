using System.Reflection;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Schema.Alerts;
using EcomIntel.GraphQL.Schema.Cases;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Kpis;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.Invoices;
using EcomIntel.GraphQL.Schema.Procurement.Projection;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using EcomIntel.GraphQL.Schema.Procurement.Receiving;
using EcomIntel.GraphQL.Schema.Procurement.Replenishment;
using EcomIntel.GraphQL.Schema.Procurement.Suppliers;
using EcomIntel.GraphQL.Schema.Returns;
using EcomIntel.GraphQL.Schema.Stock;
using EcomIntel.GraphQL.Schema.Timeline;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Schema;

/// <summary>The hub's API: this assembly's SDL files, bound to their resolvers.</summary>
internal static partial class ApiSchema
{
    /// <summary>The schema without resolvers, of all SDL files.</summary>
    public static Engine.TypeSystem.Schema Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".graphql", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return SchemaReader.Read([.. names.Select(name => ReadFile(assembly, name))]);
    }

    private static SdlFile ReadFile(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return new SdlFile(name, reader.ReadToEnd());
    }

    /// <param name="limits">Its <see cref="ExecutionOptions.OnMaskedError"/> is replaced.</param>
    /// <exception cref="SchemaException">A field without a resolver, or without an @access rule.</exception>
    public static ExecutableSchema Build(ExecutionOptions limits, TypeAccess access, ApiInstruments instruments, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("EcomIntel.GraphQL");
        return new SchemaBinding(Read())
            .Scalar("DateTime", new DateTimeCodec())
            .Scalar("Date", new DateCodec())
            .Scalar("Decimal", new DecimalCodec())
            .Scalar("Long", new LongCodec())
            .Assembly(Assembly.GetExecutingAssembly())
            .List<Order>("Order")
            .List<OrderLine>("OrderLine")
            .List<Shipment>("Shipment")
            .List<Item>("Item")
            .List<StockPosition>("StockPosition")
            .List<LedgerEntry>("LedgerEntry")
            .List<Return>("Return")
            .List<Refund>("Refund")
            .List<Transfer>("Transfer")
            .List<StockOfSku>("StockOfSku")
            .List<StockAdjustment>("StockAdjustment")
            .List<ProjectedOut>("ProjectedOut")
            .List<Supplier>("Supplier")
            .List<SupplierItem>("SupplierItem")
            .List<PurchaseOrder>("PurchaseOrder")
            .List<Receipt>("Receipt")
            .List<SupplierClaim>("SupplierClaim")
            .List<Invoice>("Invoice")
            .List<ReplenishmentProposal>("ReplenishmentProposal")
            .List<DeadLetter>("DeadLetter")
            .List<ExceptionCase>("ExceptionCase")
            .List<Alert>("Alert")
            .List<Finding>("Finding")
            .List<TimelineEntry>("TimelineEntry")
            .List<KpiRow>("KpiRow")
            .Guard(access.For)
            .Build(limits with
            {
                OnMaskedError = (failure, field) =>
                {
                    instruments.Failed(field);
                    LogResolverFailed(logger, failure, field);
                },
            });
    }

    /// <summary>Binds the connection and edge types of a list.</summary>
    private static SchemaBinding List<T>(this SchemaBinding binding, string type) where T : class =>
        binding.Object<Connection<T>>($"{type}Connection").Object<Edge<T>>($"{type}Edge");

    [LoggerMessage(EventId = 5000, Level = LogLevel.Error, Message = "{Field} failed; the client got INTERNAL")]
    private static partial void LogResolverFailed(ILogger logger, Exception failure, string field);
}
