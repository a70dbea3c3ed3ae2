using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>Of the hub's decisions, the members the simulation answers to; the others are skipped while reading.</summary>
internal static class Decisions
{
    internal sealed record OrderRef(string OrderId);

    internal sealed record LineUnits(int Line, long Quantity);

    internal sealed record Allocated(OrderRef Order, List<LineUnits> Lines);

    internal sealed record Released(OrderRef Order, string ShipmentId, string Location, List<LineUnits> Lines);

    /// <param name="ShipmentId">Null where the units were promised and not released yet.</param>
    internal sealed record Deallocated(OrderRef Order, List<LineUnits> Lines, string? ShipmentId = null);

    internal sealed record Rejected(OrderRef Order, int Line, long Quantity);

    internal sealed record StockMoves(List<StockMoves.Move> Changes)
    {
        internal sealed record Move(string Sku, string Location, long Quantity, string? From = null, string? To = null);
    }

    internal sealed record PurchaseOrderStep(PurchaseOrder Order, string By);

    internal sealed record PurchaseOrder(string PurchaseOrderId, string SupplierId, string Location, List<PurchaseOrder.OrderedLine> Lines)
    {
        internal sealed record OrderedLine(int Line, string Sku, string Status, decimal Price, long Ordered);
    }

    internal sealed record ReceiptStep(Receipt Receipt);

    /// <param name="PurchaseOrderId">Null of what came blind.</param>
    internal sealed record Receipt(string ReceiptId, string SupplierId, DateTimeOffset ReceivedAt, List<Receipt.HeldLine> Lines, string? PurchaseOrderId = null)
    {
        /// <param name="Inspection">Units that somebody is to look at.</param>
        internal sealed record HeldLine(string Sku, string Lot, long Inspection, string? Discrepancy = null);
    }

    internal sealed record ClaimStep(Claim Claim);

    /// <param name="Quantity">Units; 0: it is withdrawn.</param>
    /// <param name="Amount">Null where no price is known.</param>
    internal sealed record Claim(string ClaimId, string SupplierId, string PurchaseOrderId, long Quantity, string Currency, decimal? Amount = null);

    internal sealed record InvoiceStep(Invoice Invoice);

    /// <param name="Reasons">Why it is held.</param>
    internal sealed record Invoice(string InvoiceId, List<string> Reasons);

    /// <param name="Team">Null only of one from before there were owners.</param>
    /// <param name="Hours">Of the team's work, within which it is to be resolved.</param>
    internal sealed record Case(string CaseId, string Category, string Subject, string? Team = null, decimal? Hours = null);

    /// <param name="Standing">Findings of it that were not cleared.</param>
    /// <param name="Since">Since when it is so.</param>
    /// <param name="Hours">Of the team's work, within which it is to be acknowledged.</param>
    internal sealed record Alert(string AlertId, string Kind, AlertAbout About, int Standing, DateTimeOffset Since, string Team, decimal Hours);

    internal sealed record AlertAbout(string? Sku = null, string? Channel = null, string? PurchaseOrder = null, int? Line = null);

    internal sealed record ProposalStep(Proposal Proposal);

    internal sealed record Proposal(string ProposalId, string Status, string Sku, string Location, long Quantity, string? FromLocation = null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Decisions.Allocated))]
[JsonSerializable(typeof(Decisions.Released))]
[JsonSerializable(typeof(Decisions.Deallocated))]
[JsonSerializable(typeof(Decisions.Rejected))]
[JsonSerializable(typeof(Decisions.StockMoves))]
[JsonSerializable(typeof(Decisions.PurchaseOrderStep))]
[JsonSerializable(typeof(Decisions.ReceiptStep))]
[JsonSerializable(typeof(Decisions.ClaimStep))]
[JsonSerializable(typeof(Decisions.InvoiceStep))]
[JsonSerializable(typeof(Decisions.ProposalStep))]
[JsonSerializable(typeof(Decisions.Case))]
[JsonSerializable(typeof(Decisions.Alert))]
internal sealed partial class DecisionJson : JsonSerializerContext;
