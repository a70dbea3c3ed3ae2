namespace EcomIntel.Tests.Fulfillment;

/// <summary>Every order in which so many facts may be heard.</summary>
internal static class Permutations
{
    public static IEnumerable<IReadOnlyList<int>> Of(int count)
    {
        if (count == 0)
            return [[]];
        return Of(count - 1).SelectMany(rest => Enumerable.Range(0, count)
            .Select(place => (IReadOnlyList<int>)[.. rest.Take(place), count - 1, .. rest.Skip(place)]));
    }
}
