using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.IntegrationTests.Conformance;

/// <summary>
/// The shop of tests/conformance/graphql/schema.graphql, as world.mjs serves it: the same rows and the same errors; other fields are asynchronous.
/// </summary>
internal static partial class ConformanceWorld
{
    public static ExecutableSchema Build(ExecutionOptions? options = null)
    {
        var binding = new SchemaBinding(SchemaReader.Read(new SdlFile("schema.graphql", Oracle.Sdl)));
        binding.Scalar("Date", new DateCodec())
            .Object<Product>("Product")
            .Object<Service>("Service")
            .Object<Supplier>("Supplier")
            .Object<Echo>("Echo")
            .Object<Faulty>("Faulty")
            .Object<Counter>("Counter")
            .Object<Tick>("Tick");
        Type[] resolvers =
        [
            typeof(Queries), typeof(Mutations), typeof(Subscriptions), typeof(Products), typeof(Suppliers), typeof(Echoes), typeof(Faults), typeof(Counters),
            typeof(Ticks),
        ];
        foreach (var type in resolvers)
            binding.Resolvers(type);
        return binding.Build(options);
    }

    internal enum Sort { Name, Price, Old }

    internal sealed record Product(string Id, string? Name, double Price, int? Stock, Sort? Sort, string? Added, string? SupplierName, string[]? AllTags);

    internal sealed record Service(string Id, string? Name, double? Hours, int? Price);

    internal sealed record Supplier(string? Name, string Country, IReadOnlyList<IReadOnlyList<int>?>? Weight);

    internal sealed record Echo;

    internal sealed record Faulty;

    internal sealed record Counter(int Value);

    internal sealed record Tick(int Number, int? FailAt);

    internal sealed record Range(double From, double? To);

    internal sealed record Filter(string? Name, Range? Price, string[]? Tags, Sort? Sort, IReadOnlyList<Filter>? And, bool Required);

    internal sealed record Strict(string Id, int Count, string? Note);

    internal sealed record Choice(string? Id, string? Name, Range? Range);

    /// <summary>The one number of a request's world.</summary>
    internal sealed class Count
    {
        public int Value { get; set; }
    }

    private static readonly Product[] AllProducts =
    [
        new("p1", "Lamp", 12.5, 3, Sort.Name, "2024-02-29", "Acme", ["light", "home", "led"]),
        new("p2", "Desk", 100, null, Sort.Price, null, "Bolt", []),
        new("p3", null, 0.1, 0, null, "2025-01-01", null, null),
        new("p4", "Chair \"Ö\" \n😀", 1e21, -5, Sort.Old, "1999-12-31", "Nobody", ["home"]),
    ];
    private static readonly Service[] AllServices = [new("v1", "Assembly", 1.5, 40), new("v2", "Lamp care", null, null)];
    private static readonly Supplier[] AllSuppliers = [new("Acme", "DE", [[1, 2], null, []]), new("Bolt", "FR", null)];

    [GraphQLResolvers("Query")]
    internal static class Queries
    {
        public static Product? Product(string id) => Array.Find(AllProducts, product => product.Id == id);

        public static async Task<IReadOnlyList<Product>> Products(int? first, Sort? sort, Filter? filter)
        {
            await Task.Yield();
            return [.. AllProducts
                .Where(product => filter?.Name == null || (product.Name ?? "").Contains(filter.Name, StringComparison.Ordinal))
                .Where(product => filter?.Price == null || (product.Price >= filter.Price.From && !(product.Price > filter.Price.To)))
                .OrderBy(product => sort == Sort.Price ? product.Price : 0).ThenBy(product => product.Id, StringComparer.Ordinal).Take(first ?? int.MaxValue)];
        }

        public static async Task<object?> Node(string id)
        {
            await Task.Yield();
            return ById(id);
        }

        public static IEnumerable<object?> Nodes(IReadOnlyList<string> ids) => ids.Select(ById);

        public static IReadOnlyList<object> Named() => [AllProducts[0], AllSuppliers[0], AllServices[1]];

        public static Task<Product?[]?> Assets() => Task.FromResult<Product?[]?>([AllProducts[1], null, AllProducts[2]]);

        public static IReadOnlyList<object> Search(string text, int limit)
        {
            var named = AllProducts.Select(product => ((object)product, product.Name))
                .Concat(AllServices.Select(service => ((object)service, service.Name)))
                .Concat(AllSuppliers.Select(supplier => ((object)supplier, supplier.Name)));
            return [.. named.Where(item => item.Name?.Contains(text, StringComparison.Ordinal) == true).Select(item => item.Item1).Take(limit)];
        }

        public static Echo Echo() => new();

        public static Faulty? Faulty() => new();

        public static async Task<Faulty> FaultyRequired()
        {
            await Task.Yield();
            return new Faulty();
        }

        public static string? Nothing() => null;

        public static int Counter(RequestContext context) => ((Count)context.State!).Value;

        private static object? ById(string id) =>
            AllProducts.Cast<object>().Concat(AllServices).FirstOrDefault(node => (node as Product)?.Id == id || (node as Service)?.Id == id);
    }

    [GraphQLResolvers("Product")]
    internal static class Products
    {
        public static IEnumerable<string>? Tags([Parent] Product product, int? first, string? prefix) =>
            product.AllTags?.Where(tag => prefix == null || tag.StartsWith(prefix, StringComparison.Ordinal)).Take(first ?? int.MaxValue);

        public static Task<Supplier?> Supplier([Parent] Product product, RequestContext context) => context.Batch(product.SupplierName ?? "", LoadSuppliers);

        public static IReadOnlyList<Product>? Related([Parent] Product product, int? first) =>
            [.. AllProducts.Where(other => other != product).Take(first ?? int.MaxValue)];

        public static string? OldName([Parent] Product product) => product.Name?.ToUpperInvariant();

        private static async Task<IReadOnlyDictionary<string, Supplier>> LoadSuppliers(IReadOnlyList<string> names, RequestContext context)
        {
            await Task.Yield();
            return AllSuppliers.Where(supplier => names.Contains(supplier.Name)).ToDictionary(supplier => supplier.Name!);
        }
    }

    [GraphQLResolvers("Supplier")]
    internal static class Suppliers
    {
        public static async ValueTask<IReadOnlyList<Product>> Products([Parent] Supplier supplier)
        {
            await Task.Yield();
            return supplier.Name == "Acme" ? AllProducts[..2] : [];
        }
    }

    [GraphQLResolvers("Echo")]
    internal static class Echoes
    {
        public static int? Int(int? value) => value;
        public static int IntRequired(int value) => value;
        public static int? IntDefault(int? value) => value;
        public static int IntRequiredDefault(int value) => value;
        public static double? Float(double? value) => value;
        public static string? String(string? value) => value;
        public static bool? Boolean(bool? value) => value;
        public static string? Id(string? value) => value;
        public static string? Date(string? value) => value;
        public static Sort? Sort(Sort? value) => value;
        public static IReadOnlyList<int?>? Ints(int?[]? value) => value;
        public static Task<int[]> IntsRequired(int[] value) => Task.FromResult(value);
        public static IReadOnlyList<IReadOnlyList<int?>?>? Matrix(IReadOnlyList<int?[]?>? value) => value;
        public static Sort[]? Sorts(Sort[]? value) => value;
        public static string? Range(Range? value) => Text(value);
        public static string? Filter(Filter? value) => Text(value);
        public static Task<string?> Strict(Strict? value) => Task.FromResult(Text(value));
        public static IEnumerable<string>? Stricts(IReadOnlyList<Strict>? value) => value?.Select(item => Text(item)!);
        public static string? Choice(Choice? value) => value == null ? null
            : value.Id != null ? Text(new { value.Id })
            : value.Name != null ? Text(new { value.Name })
            : Text(new { value.Range });
        public static string? Several(int? a, int b, int? c, int[] d) => Text(new object?[] { a, b, c, d });
    }

    [GraphQLResolvers("Faulty")]
    internal static class Faults
    {
        public static string? Ok() => "fine";
        public static Task<string> OkRequired() => Later("fine");
        public static string? Fails() => throw new GraphQLException("It broke.");
        public static string FailsRequired() => throw new GraphQLException("It broke for good.");
        public static Task<string?> FailsLater() => Broken<string?>("It broke later.");
        public static Task<string> FailsLaterRequired() => Broken<string>("It broke later for good.");
        public static string Missing() => null!;
        public static Task<string> MissingLater() => Later<string>(null!);
        public static IReadOnlyList<string>? Holes() => ["a", null!, "c"];
        public static Task<string?[]?> HolesNullable() => Later<string?[]?>(["a", null, "c"]);
        public static IReadOnlyList<string> HolesRequired() => ["a", null!];
        public static IReadOnlyList<Faulty?>? FailingItems() => [new(), null, new()];
        public static Task<Faulty[]?> FailingItemsRequired() => Later<Faulty[]?>([new()]);
        public static Faulty? Nested() => new();
        public static Faulty NestedRequired() => new();
        public static Task<Faulty?> NestedLater() => Later<Faulty?>(new());
        public static double? NotFinite() => double.NaN;
        public static double NotFiniteRequired() => double.PositiveInfinity;
    }

    [GraphQLResolvers("Counter")]
    internal static class Counters
    {
        public static Task<int> Doubled([Parent] Counter counter) => Later(counter.Value * 2);
    }

    [GraphQLResolvers("Mutation")]
    internal static class Mutations
    {
        public static int Increment(int by, RequestContext context) => ((Count)context.State!).Value += by;

        public static async Task<int> IncrementLater(int by, RequestContext context)
        {
            var before = ((Count)context.State!).Value;
            await Task.Yield();
            return ((Count)context.State!).Value = before + by;
        }

        public static Counter Set(int value, RequestContext context) => new(((Count)context.State!).Value = value);

        public static int? Break() => throw new GraphQLException("It broke.");

        public static Task<int> BreakRequired() => Broken<int>("It broke for good.");
    }

    [GraphQLResolvers("Subscription")]
    internal static class Subscriptions
    {
        public static async IAsyncEnumerable<Tick> Ticks(int count, int? failAt, [EnumeratorCancellation] CancellationToken cancellation)
        {
            for (var number = 1; number <= count; number++)
            {
                await Task.Delay(TimeSpan.Zero, cancellation);
                yield return new Tick(number, failAt);
            }
        }

        public static IAsyncEnumerable<Tick> Broken() => throw new GraphQLException("It broke.");
    }

    [GraphQLResolvers("Tick")]
    internal static class Ticks
    {
        public static string? Odd([Parent] Tick tick) =>
            tick.Number == tick.FailAt ? throw new GraphQLException($"Tick {tick.Number} broke.")
            : tick.Number % 2 == 1 ? $"odd {tick.Number}"
            : null;
    }

    private sealed partial class DateCodec : ScalarCodec<string>
    {
        protected override string Expectation => "a Date is written 2026-01-31";

        protected override bool TryRead(ScalarInput input, out string value)
        {
            value = input.Text;
            return input.Kind == ScalarInputKind.String && Day().IsMatch(value);
        }

        public override void Write(ResultWriter writer, string value) => writer.String(value);

        [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Day();
    }

    private static async Task<T> Later<T>(T value)
    {
        await Task.Yield();
        return value;
    }

    private static async Task<T> Broken<T>(string message)
    {
        await Task.Yield();
        throw new GraphQLException(message);
    }

    // As JSON.stringify writes it.
    private static string? Text(object? value) => value switch
    {
        null => null,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Filter filter => FilterText(filter),
        Range range => $"{{\"from\":{Text(range.From)},\"to\":{Text(range.To) ?? "null"}}}",
        _ => JsonSerializer.Serialize(value, Camel),
    };

    private static string FilterText(Filter filter)
    {
        var tags = filter.Tags == null ? "null" : Text(filter.Tags);
        var sort = filter.Sort is { } given ? $"\"{given.ToString().ToUpperInvariant()}\"" : "null";
        var and = filter.And == null ? "null" : $"[{string.Join(',', filter.And.Select(FilterText))}]";
        var start = $"\"name\":{Text(filter.Name) ?? "null"},\"price\":{Text(filter.Price) ?? "null"},\"tags\":{tags}";
        return $"{{{start},\"sort\":{sort},\"and\":{and},\"required\":{(filter.Required ? "true" : "false")}}}";
    }

    private static readonly JsonSerializerOptions Camel = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
