using System.Linq.Expressions;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using EcomIntel.Benchmarks.HotPaths;
using Xunit.Abstractions;

namespace EcomIntel.Tests.Benchmarks;

/// <summary>
/// Bytes are the same on every machine, times are not: so the fast suite holds the bytes of the hot paths, and times are for BenchmarkDotNet.
/// </summary>
public sealed class AllocationBudgetTests(ITestOutputHelper output)
{
    /// <summary>Caches, pools and static constructors have their first calls behind them.</summary>
    private const int WarmUps = 40;

    private const int Rounds = 5, CallsOfRound = 10;

    private static readonly MethodInfo[] All =
    [
        .. typeof(AllocationBudgetAttribute).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null),
    ];

    public static TheoryData<string> Paths { get; } =
        [.. All.Where(method => BudgetOf(method) is not null).Select(NameOf).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_hot_path_stays_within_its_budget(string path)
    {
        var method = All.Single(method => NameOf(method) == path);
        var (budget, measured) = (BudgetOf(method), BytesOf(method));
        output.WriteLine($"{measured} bytes of {budget}");
        Assert.True(measured <= budget, $"{path} allocates {measured} bytes a call, and its budget is {budget}");
        Assert.True(measured >= budget / 2, $"{path} allocates {measured} bytes a call: its budget of {budget} holds nothing any more, lower it");
    }

    [Fact]
    public void Every_benchmark_has_a_budget_but_the_baselines_that_are_not_ours()
    {
        Assert.NotEmpty(Paths);
        Assert.All(All, method => Assert.True(BudgetOf(method) is not null || IsBaseline(method), NameOf(method)));
        Assert.All(All.GroupBy(method => method.DeclaringType), path => Assert.Single(path, IsBaseline));
    }

    /// <summary>The least of several rounds: what another round has more is the runtime's own, a method compiled meanwhile.</summary>
    private static long BytesOf(MethodInfo method)
    {
        var call = Compiled(method);
        for (var number = 0; number < WarmUps; number++)
            call();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var number = 0; number < CallsOfRound; number++)
                call();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / CallsOfRound);
        }
        return least;
    }

    /// <summary>Without reflection's boxes.</summary>
    private static Action Compiled(MethodInfo method) =>
        Expression.Lambda<Action>(Expression.Call(Expression.Constant(Activator.CreateInstance(method.DeclaringType!)), method)).Compile();

    private static long? BudgetOf(MethodInfo method) => method.GetCustomAttribute<AllocationBudgetAttribute>()?.Bytes;

    private static bool IsBaseline(MethodInfo method) => method.GetCustomAttribute<BenchmarkAttribute>()!.Baseline;

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
