namespace EcomIntel.Core.Orders;

/// <summary>
/// What is paid of an order, and when it was held for want of payment: a function of the facts and their times, in whatever order they were heard.
/// <para>
/// An order that its channel gave as authorized is paid by the channel's word, as long as no more was taken back than that: whatever ends an authorization
/// ends as much of the word, and a failed payment all of it. Beside the word stand the authorizations that were told one by one; the greater of the two counts.
/// </para>
/// </summary>
internal sealed class PaymentHistory
{
    private readonly SortedDictionary<string, Authorization> _authorizations = new(StringComparer.Ordinal);
    private decimal _word;

    /// <summary>Holds of kind <see cref="Hold.AwaitingPayment"/>.</summary>
    public List<HoldSpan> Holds { get; } = [];

    /// <summary>Gross, of what is not cancelled.</summary>
    public decimal Owed { get; private set; }

    /// <summary>Authorized and not taken back, or captured.</summary>
    public decimal Covered => Math.Max(_word, _authorizations.Values.Sum(each => each.Left + each.Kept));

    /// <summary>What covers less than is owed, beyond the tolerance; else 0.</summary>
    public decimal Missing { get; private set; }

    /// <summary>Captured beyond what was authorized, or beyond what was owed at the time; else 0.</summary>
    public decimal OverCaptured { get; private set; }

    public decimal ChargedBack { get; private set; }

    public bool IsHeld => HoldSpan.IsOpen(Holds);

    /// <param name="tolerance">The policy's, at an instant.</param>
    public static PaymentHistory Of(Order order, Func<DateTimeOffset, decimal> tolerance)
    {
        var history = new PaymentHistory
        {
            // Told or not, what was cancelled later was owed before; but never more than the total.
            Owed = Math.Min(order.Total, order.Due + order.Payments.Where(payment => payment.Kind == PaymentKind.REDUCED).Sum(payment => payment.Amount ?? 0)),
            _word = order.PaymentPending ? 0 : order.Total,
        };
        var (asked, waived) = (order.PaymentPending, false);
        if (asked)
            history.Holds.Add(new(order.PlacedAt, "payment is pending", null));
        history.Judge(tolerance(order.PlacedAt));
        foreach (var step in StepsOf(order))
        {
            if (step.Payment is { } payment)
            {
                history.Count(order, payment, tolerance(step.At));
                asked &= payment.Kind is not (PaymentKind.AUTHORIZED or PaymentKind.CAPTURED);
                waived &= payment.Kind is not (PaymentKind.VOIDED or PaymentKind.EXPIRED or PaymentKind.CHARGED_BACK);
            }
            else if (step.Opens)
                (asked, waived, history._word) = (true, false, 0);
            else
                (asked, waived) = (false, true);
            history.Judge(tolerance(step.At));
            history.Hold(step, asked || (history.Missing > 0 && !waived));
        }
        return history;
    }

    /// <summary>Of one instant: a failure, then the payments in the order of their kinds, then a release by a person.</summary>
    private static IEnumerable<Step> StepsOf(Order order) => order.Payments
        .Select(payment => new Step(payment.At, 1 + (int)payment.Kind, payment, false, ReasonOf(payment)))
        .Concat(order.HoldFacts.Where(fact => fact.Kind == Orders.Hold.AwaitingPayment)
            .Select(fact => new Step(fact.At, fact.Opens ? 0 : int.MaxValue, null, fact.Opens, fact.Reason)))
        .OrderBy(step => step.At).ThenBy(step => step.Rank)
        .ThenBy(step => step.Payment?.AuthorizationId, StringComparer.Ordinal).ThenBy(step => step.Payment?.Amount);

    private static string ReasonOf(Payment payment)
    {
        var what = payment.AuthorizationId is { } id ? $"authorization {id}" : "the payment";
        var became = payment.Kind switch
        {
            PaymentKind.VOIDED => "was voided", PaymentKind.EXPIRED => "has expired", PaymentKind.CHARGED_BACK => "was charged back", _ => "does not cover it",
        };
        return payment.Reason is { } reason ? $"{what} {became}: {reason}" : $"{what} {became}";
    }

    private void Judge(decimal tolerance) => Missing = Owed - Covered > tolerance ? Owed - Covered : 0;

    private void Hold(Step step, bool isHeld)
    {
        if (isHeld && !IsHeld)
            Holds.Add(new(step.At, step.Reason, null));
        else if (!isHeld && IsHeld)
            Holds[^1] = Holds[^1] with { ReleasedAt = step.At };
    }

    private void Count(Order order, Payment payment, decimal tolerance)
    {
        switch (payment.Kind)
        {
            case PaymentKind.AUTHORIZED when payment.AuthorizationId is null:
                At("").Authorized += payment.Amount ?? order.Total;
                break;
            case PaymentKind.AUTHORIZED:
                (At(payment.AuthorizationId).Authorized, At(payment.AuthorizationId).Ended) = (payment.Amount ?? order.Total, 0);
                break;
            case PaymentKind.CAPTURED:
                Capture(payment, tolerance);
                break;
            case PaymentKind.VOIDED or PaymentKind.EXPIRED:
                _word = payment.Amount is { } ended ? Math.Max(0, _word - ended) : 0;
                Draw(payment, static each => each.Left, static (each, amount) => each.Ended += amount);
                break;
            case PaymentKind.CHARGED_BACK:
                var gone = Draw(payment, static each => each.Kept, static (each, amount) => each.ChargedBack += amount);
                // Nobody told of the capture that went before it.
                gone += Draw(payment, static each => each.Left, static (each, amount) => each.Ended += amount, gone);
                gone = Math.Max(gone, Math.Min(_word, payment.Amount ?? _word));
                _word = Math.Max(0, _word - gone);
                ChargedBack += payment.Amount ?? gone;
                break;
            case PaymentKind.REDUCED:
                // Never below what is due: what was cancelled and left all the same is owed after all.
                Owed = Math.Max(order.Due, Owed - (payment.Amount ?? 0));
                break;
        }
    }

    private void Capture(Payment payment, decimal tolerance)
    {
        var known = _authorizations.Values.Any(each => each.Authorized > 0);
        var drawn = Draw(payment, static each => each.Left, static (each, amount) => each.Captured += amount);
        // Without an amount all that was authorized was captured, and where that was the channel's word, what it was for.
        var beyond = (payment.Amount ?? (known ? drawn : Owed)) - drawn;
        At(payment.AuthorizationId ?? "").Captured += beyond;
        var captured = _authorizations.Values.Sum(each => each.Captured);
        OverCaptured = Math.Max(OverCaptured, Math.Max(known ? beyond : 0, captured - Owed - tolerance));
    }

    /// <summary>
    /// Takes an amount from the authorization that a payment names, and where that has too little, or none is known of the name, from those without a name;
    /// where it names none, from all.
    /// </summary>
    /// <returns>How much it took.</returns>
    private decimal Draw(Payment payment, Func<Authorization, decimal> left, Action<Authorization, decimal> take, decimal taken = 0)
    {
        var drawn = 0m;
        var id = payment.AuthorizationId;
        var isKnown = id is not null && _authorizations.ContainsKey(id);
        foreach (var (name, each) in _authorizations.OrderBy(each => each.Key == id ? 0 : each.Key.Length == 0 ? 1 : 2).ToList())
        {
            // The whole of an authorization is its own; an amount, or a name that was never told, may be another's.
            if (id is not null && name != id && (name.Length > 0 || (isKnown && payment.Amount is null)))
                continue;
            var amount = payment.Amount is { } wanted ? Math.Min(wanted - taken - drawn, left(each)) : left(each);
            if (amount <= 0)
                continue;
            take(each, amount);
            drawn += amount;
        }
        return drawn;
    }

    private Authorization At(string id)
    {
        if (!_authorizations.TryGetValue(id, out var authorization))
            _authorizations.Add(id, authorization = new());
        return authorization;
    }

    private sealed class Authorization
    {
        public decimal Authorized { get; set; }
        public decimal Captured { get; set; }
        public decimal Ended { get; set; }
        public decimal ChargedBack { get; set; }

        /// <summary>What was captured and not charged back.</summary>
        public decimal Kept => Captured - ChargedBack;

        /// <summary>What may still be captured.</summary>
        public decimal Left => Math.Max(0, Authorized - Captured - Ended);
    }

    private sealed record Step(DateTimeOffset At, int Rank, Payment? Payment, bool Opens, string? Reason);
}
