using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Receiving;
using static EcomIntel.Tests.Procurement.Receiving.ReceiptTests;
using static EcomIntel.Tests.Procurement.Receiving.ReceivingHouse;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>What suppliers answer to claims.</summary>
public sealed class ClaimTests
{
    private const string Id = "R-1/1/DAMAGED";

    /// <summary>Every set of answers there is, by their times: what stands in the end.</summary>
    [Theory]
    [InlineData("", "OPEN")]
    [InlineData("A", "ACCEPTED")]
    [InlineData("R", "REFUSED")]
    [InlineData("C", "CREDITED")]
    [InlineData("AR", "REFUSED")]
    [InlineData("RA", "ACCEPTED")]
    [InlineData("AC", "CREDITED")]
    [InlineData("RC", "CREDITED")]
    [InlineData("ACR", "CREDITED")]
    [InlineData("ARA", "ACCEPTED")]
    public void The_answers_say_how_a_claim_stands(string answers, string status)
    {
        var facts = answers.Select((answer, index) => answer switch
        {
            'A' => Accepted(2 + index, Id),
            'R' => Refused(2 + index, Id),
            _ => Credited(2 + index, Id, 5m),
        }).ToList();
        foreach (var heard in (IEnumerable<Told>[])[facts, Enumerable.Reverse(facts)])
            Assert.Equal(status, Claimed().Tell(heard).Receipts.Find(new ClaimId(Id))!.Status.ToString());
    }

    [Fact]
    public void Of_one_instant_the_refusal_counts() =>
        Assert.Equal(SupplierClaimStatus.REFUSED, Claimed().Tell(Refused(2, Id), Accepted(2, Id)).Receipts.Find(new ClaimId(Id))!.Status);

    [Fact]
    public void A_later_credit_says_the_amount_and_one_told_again_has_no_effect()
    {
        var house = Claimed().Tell(Credited(3, Id, 5m), Credited(2, Id, 4m));
        Assert.Equal((5m, Day.AddHours(3)), (house.Receipts.Find(new ClaimId(Id))!.Credited!.Value, house.Receipts.Find(new ClaimId(Id))!.CreditedAt!.Value));
        var told = house.House.Emitted(ClaimChanged.Credited, OperationJson.Default.ClaimChanged).Single();
        Assert.Equal((2L, "CREDITED", 5m), (told.Claim.Version, told.Claim.Status, told.Claim.Credited!.Value));
    }

    [Fact]
    public void What_is_no_answer_to_a_claim_is_refused_by_name()
    {
        var house = Claimed();
        Assert.Equal(("invalid", $"claim {Id} is in EUR, the credit in GBP"), Refusal(house.Try(Credited(2, Id, 5m, "GBP"))));
        Assert.Equal("claim/R-9/1/DAMAGED", house.Try(Accepted(3, "R-9/1/DAMAGED"))!.Awaits);
        house.Order("PO-2", ("mug", 5, 3m));
        Assert.Equal("unknown_claim", house.Try(Accepted(4, Id) with { Subject = "PO-2" })!.Code);
    }

    /// <summary>Credited, and then more of it is known: the money that came settles it, what is claimed is what is known.</summary>
    [Fact]
    public void A_claim_that_was_answered_goes_on_saying_what_is_known()
    {
        var house = new ReceivingHouse(inspect: true).Tell(
            Received(1, "R-1", Mugs(10, line: 1)), Inspected(2, "R-1", "mug", 0, 2), Credited(3, "R-1/1/REJECTED", 4m), Inspected(4, "R-1", "mug", 7, 1));
        var claim = house.Receipts.Claims.Single();
        Assert.Equal((SupplierClaimStatus.CREDITED, 3L, 6m, 4m), (claim.Status, claim.Quantity, claim.Amount!.Value, claim.Credited!.Value));
    }

    [Fact]
    public void A_claim_of_a_long_id_has_a_short_one_of_its_own()
    {
        var (one, other) = (new string('r', 100), new string('r', 99) + "s");
        var house = new ReceivingHouse().Tell(Received(1, one, Mugs(5, 1, 1)), Received(2, other, Mugs(5, 1, 1)));
        Assert.Equal(2, house.Receipts.Claims.Count());
        Assert.All(house.Receipts.Claims, claim => Assert.True(Identifier.IsValid(claim.Id.Value)));
    }

    private static ReceivingHouse Claimed() => new ReceivingHouse().Tell(Received(1, "R-1", Mugs(10, damaged: 3, line: 1)));
}
