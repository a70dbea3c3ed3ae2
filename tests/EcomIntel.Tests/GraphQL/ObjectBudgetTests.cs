using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

/// <summary>Lists longer than the estimate of costs takes them to be, nested: the memory is kept by counting, in both ways of execution.</summary>
public sealed class ObjectBudgetTests
{
    private const int Each = 200;
    private const int MaxObjects = 10_000;

    [Theory]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "items")]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "lazy")]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "rows")]
    [InlineData("{ root { LEVEL { up { LEVEL { up { LEVEL { up { id } } } } } } } }", "items")]
    [InlineData("{ root { LEVEL { up { LEVEL { up { LEVEL { up { id } } } } } } } }", "lazy")]
    [InlineData("{ root { LEVEL { up { LEVEL { up { LEVEL { up { id } } } } } } } }", "rows")]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "later")]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "stream")]
    [InlineData("{ root { LEVEL { LEVEL { LEVEL { LEVEL { id } } } } } }", "ragged")]
    [InlineData("{ root { LEVEL } }", "endless")]
    [InlineData("{ root { LEVEL { id } } }", "without")]
    [InlineData("{ root { LEVEL { up { id } } } }", "without")]
    [InlineData("{ root { LEVEL { id } } }", "forever")]
    [InlineData("subscription { nodes { LEVEL { LEVEL { LEVEL { id } } } } }", "items")]
    [InlineData("subscription { nodes { LEVEL { up { LEVEL { up { LEVEL { id } } } } } } }", "items")]
    public async Task What_lists_in_lists_multiply_to_stops_early_with_one_error(string query, string level)
    {
        foreach (var compileAfter in (int[])[int.MaxValue, 0])
        {
            var options = new ExecutionOptions { MaxObjects = MaxObjects, CompileAfter = compileAfter };
            var (answer, made) = await AskAsync(query.Replace("LEVEL", level, StringComparison.Ordinal), options);
            var message = $"The result has more than {MaxObjects} objects and list items: select fewer, or nest them less.";
            Assert.Equal($$$"""{"errors":[{"message":"{{{message}}}","extensions":{"code":"RESULT_TOO_LARGE"}}],"data":null}""", answer);
            Assert.InRange(made.Count, 1, MaxObjects + (20 * Each));
        }
    }

    [Fact]
    public async Task Fields_resolved_ahead_for_many_objects_are_counted_before_one_is_asked()
    {
        var fields = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"up{i}: up {{ id }}"));
        var (answer, made) = await AskAsync($"{{ root {{ items {{ {fields} }} }} }}", new ExecutionOptions { MaxObjects = MaxObjects });
        Assert.Contains("RESULT_TOO_LARGE", answer, StringComparison.Ordinal);
        Assert.InRange(made.Asked, 1, MaxObjects);
    }

    [Theory]
    [InlineData("{ root { items { items { id } } } }", 1 + Each + (Each * Each))]
    [InlineData("{ root { rows { id } } }", 1 + 2 + Each)]
    [InlineData("{ root { items { up { id } } } }", 1 + 1 + Each + Each)]
    [InlineData("{ root { up { numbers } } }", 1 + 1 + 3)]
    [InlineData("{ root { ragged { up { id } } } }", 1 + 1 + 3 + Each + Each)]
    public async Task Just_enough_is_enough_and_one_less_is_not(string query, int needed)
    {
        foreach (var compileAfter in (int[])[int.MaxValue, 0])
        {
            var enough = new ExecutionOptions { MaxObjects = needed, CompileAfter = compileAfter };
            Assert.DoesNotContain("errors", (await AskAsync(query, enough)).Answer, StringComparison.Ordinal);
            Assert.Contains("RESULT_TOO_LARGE", (await AskAsync(query, enough with { MaxObjects = needed - 1 })).Answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_runs_beside_it_is_stopped_and_not_waited_for()
    {
        // "never" ends only by its token, long before the time is up.
        var options = new ExecutionOptions { MaxObjects = MaxObjects, Timeout = TimeSpan.FromMinutes(10) };
        var (answer, _) = await AskAsync("{ never root { items { up { items { up { id } } } } } }", options);
        Assert.Contains("RESULT_TOO_LARGE", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_event_of_a_subscription_has_a_budget_of_its_own()
    {
        await using var services = new ServiceCollection().AddSingleton(new Made()).BuildServiceProvider();
        var schema = Build(new ExecutionOptions { MaxObjects = 1_000 });
        var prepared = schema.Prepare(new GraphQLRequest("subscription { nodes { items { up { id } } } }"));
        var (_, events) = schema.Subscribe(prepared, services, CancellationToken.None);
        var seen = 0;
        await foreach (var result in events!)
        {
            using (result) Assert.Equal(0, result.ErrorCount);
            seen++;
        }
        Assert.Equal(5, seen);
    }

    private static async Task<(string Answer, Made Made)> AskAsync(string query, ExecutionOptions options)
    {
        var made = new Made();
        await using var services = new ServiceCollection().AddSingleton(made).BuildServiceProvider();
        var schema = Build(options);
        var prepared = schema.Prepare(new GraphQLRequest(query));
        if (prepared.Operation == "subscription")
        {
            await using var events = schema.Subscribe(prepared, services, CancellationToken.None).Events!.GetAsyncEnumerator();
            Assert.True(await events.MoveNextAsync());
            using var first = events.Current;
            return (first.ToString(), made);
        }
        using var result = await schema.ExecuteAsync(prepared, services, CancellationToken.None);
        return (result.ToString(), made);
    }

    private static ExecutableSchema Build(ExecutionOptions options) => new SchemaBinding(SchemaReader.Read(new SdlFile("nodes.graphql", """
        directive @listSize(assumedSize: Int) on FIELD_DEFINITION
        type Query { root: Node! never: Int }
        type Subscription { nodes: Node! }
        type Node {
          id: Int!
          up: Node!
          numbers: [Int!]!
          items: [Node!]! @listSize(assumedSize: 5)
          lazy: [Node!]! @listSize(assumedSize: 5)
          rows: [[Node!]!]! @listSize(assumedSize: 5)
          later: [Node!]! @listSize(assumedSize: 5)
          stream: [Node!]! @listSize(assumedSize: 5)
          ragged: [[Node!]]! @listSize(assumedSize: 5)
          endless: [Int!]!
          without: [Node!]!
          forever: [Node!]!
        }
        """))).Object<Node>("Node").Resolvers(typeof(Queries)).Resolvers(typeof(Nodes)).Resolvers(typeof(Subscriptions)).Build(options);

    /// <summary>How many objects the resolvers made, and how often they were asked for one.</summary>
    internal sealed class Made
    {
        private int _count;
        private int _asked;

        public int Count => Volatile.Read(ref _count);
        public int Asked => Volatile.Read(ref _asked);

        public Node One() => new(Interlocked.Increment(ref _count));
        public Node[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => One())];
        public void Ask() => Interlocked.Increment(ref _asked);
    }

    internal sealed record Node(int Id);

    [GraphQLResolvers("Query")]
    internal static class Queries
    {
        public static Node Root([Service] Made made) => made.One();

        public static async Task<int?> Never(CancellationToken cancellation)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return 1;
        }
    }

    [GraphQLResolvers("Node")]
    internal static class Nodes
    {
        public static async Task<Node> Up([Parent] Node node, [Service] Made made)
        {
            made.Ask();
            await Task.Yield();
            return node;
        }

        public static int[] Numbers() => [1, 2, 3];
        public static Node[] Items([Service] Made made) => made.Many(Each);
        public static IEnumerable<Node> Lazy([Service] Made made) => Enumerable.Range(0, Each).Select(_ => made.One());
        public static IReadOnlyList<Node[]> Rows([Service] Made made) => [made.Many(Each / 2), made.Many(Each / 2)];

        public static IReadOnlyList<IEnumerable<Node>?> Ragged([Service] Made made) =>
            [made.Many(Each / 2), null, Enumerable.Range(0, Each / 2).Select(_ => made.One())];

        public static async Task<Node[]> Later([Service] Made made, CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            return made.Many(Each);
        }

        public static async IAsyncEnumerable<Node> Stream([Service] Made made, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            for (var i = 0; i < Each; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return made.One();
            }
        }

        public static IEnumerable<int> Endless([Service] Made made)
        {
            while (true) yield return made.One().Id;
        }

        public static IEnumerable<Node> Without([Service] Made made)
        {
            while (true) yield return made.One();
        }

        public static async IAsyncEnumerable<Node> Forever([Service] Made made)
        {
            await Task.Yield();
            while (true) yield return made.One();
        }
    }

    [GraphQLResolvers("Subscription")]
    internal static class Subscriptions
    {
        public static async IAsyncEnumerable<Node> Nodes([Service] Made made)
        {
            await Task.Yield();
            for (var i = 0; i < 5; i++) yield return made.One();
        }
    }
}
