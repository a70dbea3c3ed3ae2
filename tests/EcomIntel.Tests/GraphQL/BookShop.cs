using System.Runtime.CompilerServices;
using System.Text.Json;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

/// <summary>A small API that has one of everything, in memory.</summary>
internal static class BookShop
{
    public const string Sdl = """
        directive @allow(roles: [Role!]!, note: String = "none") on FIELD_DEFINITION | OBJECT
        directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
        directive @cost(weight: Int!) on FIELD_DEFINITION
        enum Role { READER WRITER }
        enum Shelf { FRONT BACK }
        interface Item { id: ID! title: String }
        type Book implements Item {
          id: ID!
          title: String
          pages: Int
          price: Float
          author: Author
          related(first: Int = 2): [Book!]! @listSize(slicingArguments: ["first"])
          secret: String @allow(roles: [WRITER])
          code: String! @allow(roles: [WRITER])
        }
        type Author @allow(roles: [READER, WRITER]) { name: String! books: [Book!]! }
        union Found = Book | Author
        input Range { from: Float! = 0, to: Float }
        input Filter { title: String, shelf: Shelf = FRONT, range: Range, ids: [ID!], and: [Filter!] }
        input Choice @oneOf { id: ID, title: String, range: Range }
        type Query {
          books(first: Int = 3, filter: Filter): [Book!]! @listSize(slicingArguments: ["first"])
          book(id: ID!): Book
          item(id: ID!): Item
          find(text: String!): [Found!]!
          choose(choice: Choice): String
          sum(numbers: [Int!]!): Int!
          matrix(rows: [[Int]]): Int
          half(value: Float!): String
          shelf(value: Shelf = BACK): Shelf
          flag(value: Boolean): Boolean
          slow: Int
          loads: Int!
          broken: String
          long(size: Int!): String
        }
        type Mutation { rename(id: ID!, title: String!): Book @allow(roles: [WRITER]) }
        type Subscription { ticks(count: Int!): Int! quiet: Int! restocked: Book! @allow(roles: [WRITER]) }
        """;

    public static ExecutableSchema Build(ExecutionOptions? options = null, ParserLimits? limits = null, TimeProvider? time = null) =>
        new SchemaBinding(SchemaReader.Read(new SdlFile("shop.graphql", Sdl)))
            .Object<Book>("Book").Object<Author>("Author")
            .Resolvers(typeof(Queries)).Resolvers(typeof(Books)).Resolvers(typeof(Authors)).Resolvers(typeof(Mutations)).Resolvers(typeof(Subscriptions))
            .Guard(Guard)
            .Build(options, limits, time);

    /// <summary>The response, and the number of its errors.</summary>
    public static async Task<JsonElement> Ask(
        ExecutableSchema schema, string query, string? variables = null, Visitor? visitor = null, CancellationToken cancellation = default)
    {
        using var given = variables == null ? null : JsonDocument.Parse(variables);
        await using var services = new ServiceCollection().BuildServiceProvider();
        var request = new GraphQLRequest(query, given?.RootElement ?? default) { State = visitor ?? new Visitor("WRITER") };
        using var result = await schema.ExecuteAsync(request, services, cancellation);
        using var json = JsonDocument.Parse(result.Json);
        return json.RootElement.Clone();
    }

    // As an API would: a role by directive on the field or its type, and no root field without one but those that are free.
    private static FieldGuard? Guard(GuardedField field)
    {
        var directives = field.Directives.Concat(field.TypeDirectives);
        if (directives.FirstOrDefault(directive => directive.Name == "allow") is not { } allow) return null;
        var roles = ((object?[])allow.Arguments["roles"]!).Cast<string>().ToHashSet(StringComparer.Ordinal);
        return context => roles.Contains(((Visitor)context.State!).Role)
            ? null
            : new GraphQLException($"{field.Type}.{field.Name} is not for you.", "FORBIDDEN");
    }

    internal sealed class Visitor(string role)
    {
        public string Role { get; } = role;
        public int Loads { get; set; }
    }

    internal sealed record Book(string Id, string? Title, int? Pages, double? Price, string AuthorName);

    internal sealed record Author(string Name);

    internal enum Shelf { Front, Back }

    internal sealed record Range(double From, double? To);

    internal sealed record Filter(string? Title, Shelf? Shelf, Range? Range, string[]? Ids, IReadOnlyList<Filter>? And);

    internal sealed record Choice(string? Id, string? Title, Range? Range);

    private static readonly Book[] All =
    [
        new("1", "Lamp", 10, 1.5, "Ann"),
        new("2", "Desk", null, 20, "Ben"),
        new("3", null, 30, null, "Ann"),
        new("4", "Ä \"x\" 😀", 40, 1e21, "Cid"),
    ];

    [GraphQLResolvers("Query")]
    internal static class Queries
    {
        public static IEnumerable<Book> Books(int? first, Filter? filter) =>
            All.Where(book => filter?.Title == null || book.Title == filter.Title).Take(first ?? int.MaxValue);

        public static Book? Book(string id) => Array.Find(All, book => book.Id == id);
        public static async Task<object?> Item(string id)
        {
            await Task.Yield();
            return Book(id);
        }

        public static IReadOnlyList<object> Find(string text) =>
            [.. All.Where(book => book.Title?.Contains(text, StringComparison.Ordinal) == true), new Author("Ann")];

        public static string? Choose(Choice? choice) => choice == null
            ? null
            : choice.Id ?? choice.Title ?? choice.Range!.From.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public static int Sum(int[] numbers) => numbers.Aggregate(0, (sum, number) => unchecked(sum + number));
        public static int? Matrix(IReadOnlyList<int?[]?>? rows) => rows?.Count;
        public static string? Half(decimal value) => (value / 2).ToString(System.Globalization.CultureInfo.InvariantCulture);
        public static Shelf? Shelf(Shelf? value) => value;
        public static bool? Flag(bool? value) => value;

        public static async Task<int?> Slow(CancellationToken cancellation)
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, cancellation);
            return 1;
        }

        public static int Loads(RequestContext context) => ((Visitor)context.State!).Loads;
        public static string? Broken() => throw new InvalidOperationException("password=hunter2");
        public static string? Long(int size) => new('x', Math.Clamp(size, 0, 1_000_000));
    }

    [GraphQLResolvers("Book")]
    internal static class Books
    {
        public static Task<Author?> Author([Parent] Book book, RequestContext context) => context.Batch(book.AuthorName, Load);
        public static IEnumerable<Book> Related([Parent] Book book, int? first) => All.Where(other => other != book).Take(first ?? int.MaxValue);
        public static string? Secret() => "s3cret";
        public static Task<string> Code() => Task.FromResult("c0de");

        private static async Task<IReadOnlyDictionary<string, Author>> Load(IReadOnlyList<string> names, RequestContext context)
        {
            ((Visitor)context.State!).Loads++;
            await Task.Yield();
            return names.ToDictionary(name => name, name => new Author(name), StringComparer.Ordinal);
        }
    }

    [GraphQLResolvers("Author")]
    internal static class Authors
    {
        public static IReadOnlyList<Book> Books([Parent] Author author) => [.. All.Where(book => book.AuthorName == author.Name)];
    }

    [GraphQLResolvers("Mutation")]
    internal static class Mutations
    {
        public static Book? Rename(string id, string title) => Queries.Book(id) is { } book ? book with { Title = title } : null;
    }

    [GraphQLResolvers("Subscription")]
    internal static class Subscriptions
    {
        /// <summary>A count below 0 never ends.</summary>
        public static async IAsyncEnumerable<int> Ticks(int count, [EnumeratorCancellation] CancellationToken cancellation)
        {
            for (var i = 1; count < 0 || i <= count; i++)
            {
                yield return i;
                if (count < 0) await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
            }
        }

        /// <summary>Nothing ever happens.</summary>
        public static async IAsyncEnumerable<int> Quiet([EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, cancellation);
            yield return 1;
        }

        public static async IAsyncEnumerable<Book> Restocked([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return All[0];
            await Task.Delay(TimeSpan.Zero, cancellation);
        }
    }
}
