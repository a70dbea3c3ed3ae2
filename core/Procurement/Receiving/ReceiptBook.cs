using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>The receipts and claims of the purchase orders at hand, and the receipts that events name.</summary>
internal sealed class ReceiptBook
{
    private readonly Dictionary<ReceiptId, Receipt> _receipts = [];
    private readonly Dictionary<ClaimId, SupplierClaim> _claims = [];

    public IEnumerable<Receipt> All => _receipts.Values.OrderBy(receipt => receipt.Id);

    public IEnumerable<SupplierClaim> Claims => _claims.Values.OrderBy(claim => claim.Id);

    public void Add(Receipt receipt) => _receipts.Add(receipt.Id, receipt);

    public void Add(SupplierClaim claim) => _claims.Add(claim.Id, claim);

    public Receipt? Find(ReceiptId id) => _receipts.GetValueOrDefault(id);

    public SupplierClaim? Find(ClaimId id) => _claims.GetValueOrDefault(id);

    /// <summary>Of one order, in the order of their times.</summary>
    public List<Receipt> Of(PurchaseOrder order) =>
        [.. _receipts.Values.Where(receipt => receipt.PurchaseOrderId == order.Id).OrderBy(receipt => receipt.ReceivedAt).ThenBy(receipt => receipt.Id)];

    public IEnumerable<SupplierClaim> ClaimsOf(PurchaseOrder order) => Claims.Where(claim => claim.PurchaseOrderId == order.Id);

    public static Rejection Unknown(ReceiptId id, string why = "no receipt") =>
        new(RejectionCodes.UnknownReceipt, $"{why} {id}") { Awaits = $"receipt/{id}" };
}
