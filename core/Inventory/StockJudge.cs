using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Inventory;

/// <summary>A movement to be made in the book, or taken back where the quantity is below zero.</summary>
internal readonly record struct Posting(
    DateTimeOffset At, string Cause, string Reason, LocationId Location, string Lot, StockState? From, StockState? To, long Quantity);

/// <summary>
/// Holds claims against the book as it stood at their time, and weighs those that came before anew where something earlier becomes known. So the same facts
/// leave the same stock in whatever order they are heard. What orders were promised meanwhile stands.
/// </summary>
internal sealed class StockJudge(StockBook stock, CatalogBook catalog, ExceptionBook exceptions)
{
    /// <summary>
    /// Most movements and claims of a sku at a location that one fact is put in order with, so that a flood of late ones costs no more than it is worth:
    /// beyond, it is held against the book as it stands.
    /// </summary>
    public const int MaxEntries = 20_000, MaxClaims = 200;

    /// <summary>Applies a claim, and opens a case where the book said otherwise.</summary>
    /// <returns>What it did, by lot: of a taking, what there was to take.</returns>
    public IReadOnlyList<Effect> Apply(StockClaim claim)
    {
        var shelf = stock.ShelfOf(claim.Sku, claim.Location);
        var later = StepsAfter(shelf, claim.Order);
        var timeline = TimelineBefore(shelf, later);
        var held = timeline.HeldFor(claim);
        var effects = timeline.Apply(claim);
        // What is taken from a lot that has enough does the same whatever else is heard of.
        if (claim.Kind != ClaimKind.TAKEN || claim.Lot is null || Short(claim, effects) > 0)
            Add(shelf, claim);
        Tell(claim, held, effects);
        var postings = Postings(shelf, claim.Order, claim.Reason, effects, []);
        Replay(shelf, timeline, later, postings);
        Post(shelf.Sku, claim.Identity, postings);
        stock.Weighed(shelf, claim.At);
        return effects;
    }

    /// <summary>Weighs the claims anew that something has overtaken: it was heard after them and happened before.</summary>
    public void WeighAnew(CloudEvent e)
    {
        foreach (var (shelf, at) in stock.TakeOvertaken())
        {
            // What overtook them is in the book already, and stands before everything that is weighed.
            var later = StepsAfter(shelf, new(at, -1, ""));
            var postings = new List<Posting>();
            Replay(shelf, TimelineBefore(shelf, later), later, postings);
            Post(shelf.Sku, e.Identity, postings);
        }
        stock.TakeOvertaken();
    }

    /// <summary>Makes movements in the book, in whatever order they can be made; what stands against them opens a case.</summary>
    /// <param name="cause">Identity of the event at hand.</param>
    public void Post(Sku sku, Guid cause, List<Posting> postings)
    {
        var pending = postings.FindAll(posting => posting.Quantity != 0).ConvertAll(posting => posting.Quantity > 0 ? posting
            : posting with { From = posting.To, To = posting.From, Quantity = -posting.Quantity });
        for (var moved = true; moved && pending.Count > 0;)
        {
            moved = false;
            for (var index = 0; index < pending.Count; index++)
            {
                var posting = pending[index];
                var position = stock.At(sku, posting.Location, posting.Lot);
                var quantity = posting.From is { } from ? Math.Min(posting.Quantity, position[from]) : posting.Quantity;
                if (quantity == 0)
                    continue;
                stock.Move(position, posting.From, posting.To, quantity, posting.At, posting.Reason, posting.Cause);
                pending[index] = posting with { Quantity = posting.Quantity - quantity };
                moved = true;
            }
            pending.RemoveAll(posting => posting.Quantity == 0);
        }
        foreach (var posting in pending)
        {
            // In transit is what transfers say, whatever the book has.
            if (posting.To == StockState.InTransit)
                stock.Move(stock.At(sku, posting.Location, posting.Lot), null, posting.To, posting.Quantity, posting.At, posting.Reason, posting.Cause);
            exceptions.Open(
                $"{cause:n}/{posting.Location}/{posting.Lot}/{posting.Cause}", posting.At, CaseCategory.StockNegative, sku.Value, posting.Location,
                $"{posting.Quantity} {posting.From?.Word()} to take ({posting.Reason}, heard late): they were promised to orders meanwhile",
                ValueOf(sku, posting.Quantity));
        }
    }

    /// <summary>At cost; null where that is not known.</summary>
    public decimal? ValueOf(Sku sku, long quantity) => catalog.UnitCost(sku) is { } cost ? Math.Abs(quantity) * cost : null;

    private static long Short(StockClaim claim, IReadOnlyList<Effect> effects) => claim.Quantity - effects.Sum(effect => effect.Quantity);

    private void Add(Shelf shelf, StockClaim claim)
    {
        shelf.Claims.Add(claim);
        stock.At(claim.Sku, claim.Location, claim.Lot ?? "").Claim(claim.State ?? StockState.Available, claim.At);
    }

    /// <summary>One fact after the instant at hand, and what it did to the book.</summary>
    private sealed record Step(StepOrder Order, StockClaim? Claim, LedgerEntry? Entry, IReadOnlyList<Effect> Done)
    {
        /// <summary>Orders, transfers, what came back and what came from outside are as they were told, whatever the book has.</summary>
        public bool Stands => Claim is null
            && Entry is { From: null or StockState.InTransit or StockState.ReturnPending } or { To: StockState.InTransit } or { OrderId: not null };
    }

    private static List<Step> StepsAfter(Shelf shelf, StepOrder instant)
    {
        if (shelf.MovedAt < instant.At && !(shelf.ClaimedAt >= instant.At))
            return [];
        var claims = shelf.Claims.FindAll(claim => claim.Order.CompareTo(instant) > 0);
        if (claims.Count > MaxClaims || shelf.Entries.Count(entry => entry.At >= instant.At) > MaxEntries)
            return [];
        var byCause = shelf.Claims.GroupBy(claim => (claim.At, claim.Cause)).ToDictionary(group => group.Key, group => group.First());
        var steps = new List<Step>();
        var done = new Dictionary<StockClaim, List<Effect>>();
        foreach (var entry in shelf.Entries)
        {
            if (entry.At < instant.At)
                continue;
            var effect = new Effect(entry.Position.Lot, entry.From, entry.To, entry.Quantity);
            if (byCause.TryGetValue((entry.At, entry.Cause), out var claim))
            {
                if (!done.TryGetValue(claim, out var its))
                    done.Add(claim, its = []);
                its.Add(effect);
                continue;
            }
            var order = new StepOrder(entry.At, entry.From is null ? 0 : 1, entry.Cause);
            if (order.CompareTo(instant) > 0)
                steps.Add(new(order, null, entry, [effect]));
        }
        steps.AddRange(claims.Select(claim => new Step(claim.Order, claim, null, done.GetValueOrDefault(claim) ?? [])));
        return [.. steps.OrderBy(step => step.Order)];
    }

    private StockTimeline TimelineBefore(Shelf shelf, List<Step> later)
    {
        var timeline = new StockTimeline(lot => stock.ExpiryOf(shelf.Sku, lot));
        foreach (var position in stock.Of(shelf.Sku))
            if (position.Location == shelf.Location)
                foreach (var state in Enum.GetValues<StockState>())
                    if (position[state] > 0)
                        timeline.Add(position.Lot, state, position[state]);
        for (var index = later.Count - 1; index >= 0; index--)
            foreach (var effect in later[index].Done)
                timeline.Undo(effect);
        return timeline;
    }

    /// <summary>What happened later, once more: what it does now other than it did is posted.</summary>
    private void Replay(Shelf shelf, StockTimeline timeline, List<Step> later, List<Posting> postings)
    {
        foreach (var step in later)
        {
            if (step.Stands)
            {
                foreach (var effect in step.Done)
                    timeline.Apply(effect);
                continue;
            }
            var claim = step.Claim ?? Taking(shelf, step.Entry!);
            var held = timeline.HeldFor(claim);
            var effects = timeline.Apply(claim);
            postings.AddRange(Postings(shelf, step.Order, claim.Reason, effects, step.Done));
            if (claim.Kind == ClaimKind.TAKEN && step.Claim is null && Short(claim, effects) > 0)
                Add(shelf, claim);
            if (!claim.Told)
                Tell(claim, held, effects);
        }
    }

    /// <summary>A taking that the book had enough for was no claim until now.</summary>
    private static StockClaim Taking(Shelf shelf, LedgerEntry entry) => new()
    {
        Identity = new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{shelf.Sku}\n{shelf.Location}\n{entry.Position.Lot}\n{entry.From}\n{entry.To}\n{entry.At.UtcTicks}\n{entry.Cause}"))).AsSpan(0, 16)),
        Sku = shelf.Sku, Location = shelf.Location, At = entry.At, Cause = entry.Cause, Kind = ClaimKind.TAKEN, Lot = entry.Position.Lot, State = entry.From,
        ToState = entry.To, Quantity = entry.Quantity, Reason = entry.Reason,
    };

    private static List<Posting> Postings(Shelf shelf, StepOrder order, string reason, IReadOnlyList<Effect> wanted, IReadOnlyList<Effect> done)
    {
        var net = new Dictionary<(string Lot, StockState? From, StockState? To), long>();
        Sum(wanted, 1);
        Sum(done, -1);
        return [.. net.Select(each => new Posting(
            order.At, order.Cause, reason, shelf.Location, each.Key.Lot, each.Key.From, each.Key.To, each.Value))];

        // There and back again is nothing.
        void Sum(IReadOnlyList<Effect> effects, int sign)
        {
            foreach (var (lot, from, to, quantity) in effects)
                if (net.TryGetValue((lot, to, from), out var back))
                    net[(lot, to, from)] = back - sign * quantity;
                else
                    net[(lot, from, to)] = net.GetValueOrDefault((lot, from, to)) + sign * quantity;
        }
    }

    private void Tell(StockClaim claim, long held, IReadOnlyList<Effect> effects)
    {
        var moved = effects.Sum(effect => effect.Quantity);
        string category, detail;
        long difference;
        if (claim.Kind == ClaimKind.TAKEN)
        {
            difference = claim.Quantity - moved;
            (category, detail) = (CaseCategory.StockNegative, $"{claim.Quantity} {claim.State!.Value.Word()} to take ({claim.Reason}), the book has {moved}");
        }
        else
        {
            difference = claim.Quantity - held;
            var what = $"{claim.State?.Word() ?? "on hand"}{(claim.Lot is { Length: > 0 } lot ? $" of lot {lot}" : "")}";
            (category, detail) = (CaseCategory.StockVariance, claim.Kind == ClaimKind.REPORTED
                ? $"the book says {held} held, the partner {claim.Quantity}"
                : $"the book says {held} {what}, counted {claim.Quantity}");
            detail += Spread(claim, difference, moved, effects);
        }
        if (difference == 0)
            return;
        claim.Told = true;
        exceptions.Open(
            claim.Identity.ToString("n"), claim.At, category, claim.Sku.Value, claim.Location, detail, ValueOf(claim.Sku, difference));
    }

    /// <summary>Where the book keeps lots, and none was named: which changed, and what to do.</summary>
    private string Spread(StockClaim claim, long difference, long moved, IReadOnlyList<Effect> effects)
    {
        // A position that stands at zero is at hand in one batch and not in another: it says nothing.
        var kept = claim.Lot is null && (effects.Any(effect => effect.Lot.Length > 0) || stock.Of(claim.Sku)
            .Any(position => position.Location == claim.Location && position.Lot.Length > 0 && !position.IsEmpty));
        var text = !kept || effects.Count == 0 ? ""
            : difference > 0 ? $"; {difference} have no lot: count by lot"
            : $"; taken from {string.Join(", ", effects.Take(10).Select(effect => $"{(effect.Lot.Length == 0 ? "no lot" : effect.Lot)} {effect.Quantity}"))}"
                + (effects.Count > 10 ? " ..." : "");
        return difference + moved < 0 ? $"{text}; {-difference - moved} more are promised to orders" : text;
    }
}
