using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Inventory;

/// <summary>The same facts in every order in which they can be heard. What waits for another fact is heard again after it, as a batch does.</summary>
internal static class Arrivals
{
    public sealed record Fact(EventType Type, string Subject, IEventData Data, int Minute, int Number);

    public static Fact At(int minute, EventType type, string sku, IEventData data) => new(type, sku, data, minute, 0);

    /// <param name="house">A new one.</param>
    /// <param name="end">What must not depend on the order.</param>
    public static IReadOnlyList<T> EndsOf<T>(Func<SmallHouse> house, IReadOnlyList<Fact> facts, Func<SmallHouse, T> end)
    {
        var numbered = facts.Select((fact, index) => fact with { Number = index + 1 }).ToList();
        return [.. Orders(numbered).Select(order => end(Hear(house(), order))).Distinct()];
    }

    public static SmallHouse Hear(SmallHouse house, IEnumerable<Fact> facts)
    {
        var waiting = new List<Fact>();
        foreach (var fact in facts)
        {
            if (Apply(house, fact) is { Awaits: not null })
                waiting.Add(fact);
            waiting.RemoveAll(other => other != fact && Apply(house, other) is null);
        }
        Assert.Empty(waiting);
        return house;
    }

    // The same identity in every order: the event's number is its own, not its place in the order.
    private static Rejection? Apply(SmallHouse house, Fact fact) => house.House.Apply(
        new($"fact-{fact.Number}", "tests", fact.Type, fact.Subject, SmallHouse.Opens.AddMinutes(fact.Minute), fact.Data));

    private static IEnumerable<IReadOnlyList<T>> Orders<T>(IReadOnlyList<T> all)
    {
        if (all.Count <= 1)
        {
            yield return all;
            yield break;
        }
        for (var first = 0; first < all.Count; first++)
            foreach (var rest in Orders<T>([.. all.Take(first), .. all.Skip(first + 1)]))
                yield return [all[first], .. rest];
    }
}
