using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.IntegrationTests.GraphQL.Access;

/// <summary>
/// access.tsv beside this file: which roles may read each field, how each type is reached, and which rows each scope sees. Its header describes the format.
/// </summary>
internal sealed class AccessTable
{
    /// <summary>A letter a role, in the order of <see cref="RoleNames"/>.</summary>
    private const string Letters = "EPBVWFAS";

    public sealed record Rule(string Roles, string Rows, string Arguments)
    {
        public bool Lets(string role, bool channels, bool locations) =>
            Roles.Contains(Letters[RoleNames.All.ToList().IndexOf(role)], StringComparison.Ordinal)
            && (!channels || Rows is "SHARED" or "BY_CHANNEL" or "BY_CHANNEL_AND_LOCATION")
            && (!locations || Rows is "SHARED" or "BY_LOCATION" or "BY_CHANNEL_AND_LOCATION");
    }

    /// <summary>One field on a way through the schema.</summary>
    /// <param name="Field">As <c>Order.lines</c>.</param>
    public sealed record Step(string Field, string Arguments, bool IsLeaf)
    {
        public string Name => Field[(Field.IndexOf('.', StringComparison.Ordinal) + 1)..];
    }

    public sealed record Scope(string Name, IReadOnlyList<Step> Way, string Sql);

    private readonly Dictionary<string, string> _ways = new(StringComparer.Ordinal);

    public static Schema Schema { get; } = ApiSchema.Read();

    public Dictionary<string, Rule> Rules { get; } = new(StringComparer.Ordinal);

    public List<Scope> Scopes { get; } = [];

    public static AccessTable Read()
    {
        var table = new AccessTable();
        foreach (var line in File.ReadAllLines(Path.Combine(Home.Find().Root, "tests/EcomIntel.IntegrationTests/GraphQL/Access/access.tsv")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var cells = line.Split('\t');
            if (line[0] == '@')
                table._ways.Add(cells[0][1..], cells[1]);
            else if (line[0] == '=')
                table.Scopes.Add(new(cells[0][1..], table.Way(cells[1]), cells[2]));
            else
                table.Rules.Add(cells[0], new(cells[1], cells[2], cells.Length > 3 ? cells[3] : ""));
        }
        return table;
    }

    /// <summary>What the SDL says, a line a field as the table has it.</summary>
    public static IReadOnlyDictionary<string, string> Declared()
    {
        var declared = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in Schema.OrderedTypes.OfType<ObjectType>().Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
            foreach (var field in type.Fields.Values)
            {
                var guarded = new GuardedField(Schema, type, field, _ => { });
                var access = guarded.Directives.Concat(guarded.TypeDirectives).First(directive => directive.Name == "access").Arguments;
                var roles = ((object?[])access["roles"]!).Cast<string>().ToHashSet(StringComparer.Ordinal);
                var letters = string.Concat(Letters.Select((letter, number) => roles.Contains(RoleNames.All[number]) ? letter : '.'));
                declared.Add($"{type}.{field.Name}", $"{letters}\t{access["rows"]}");
            }
        return declared;
    }

    /// <summary>The way to a field, from the root.</summary>
    public IReadOnlyList<Step> WayTo(string field)
    {
        var type = field[..field.IndexOf('.', StringComparison.Ordinal)];
        if (Schema.Types[type] == Schema.Query || Schema.Types[type] == Schema.Mutation || Schema.Types[type] == Schema.Subscription)
            return Way(field);
        Assert.True(_ways.TryGetValue(type, out var way), $"access.tsv does not say how to get to {type}: @{type}\tQuery.x > y");
        return Way($"{way} > {field[(type.Length + 1)..]}");
    }

    private IReadOnlyList<Step> Way(string text)
    {
        var steps = new List<Step>();
        NamedType? type = null;
        foreach (var part in text.Split(" > "))
        {
            var (name, arguments) = part.IndexOf('(', StringComparison.Ordinal) is > 0 and var open ? (part[..open], part[open..]) : (part, null);
            if (type is null)
            {
                type = Schema.Types[name[..name.IndexOf('.', StringComparison.Ordinal)]];
                name = name[(type.Name.Length + 1)..];
            }
            Assert.True(type is FieldsType fields && fields.Fields.ContainsKey(name), $"access.tsv: {type} has no {name}: {text}");
            var field = $"{type}.{name}";
            type = ((FieldsType)type).Fields[name].Type.Named;
            steps.Add(new(field, arguments ?? Rules.GetValueOrDefault(field)?.Arguments ?? "", type is not CompositeType));
        }
        return steps;
    }

    /// <summary>The document that asks for the end of a way, under the name <c>probe</c>.</summary>
    public static string Document(IReadOnlyList<Step> way)
    {
        var root = way[0].Field;
        var kind = root.StartsWith("Mutation.", StringComparison.Ordinal) ? "mutation "
            : root.StartsWith("Subscription.", StringComparison.Ordinal) ? "subscription "
            : "";
        var selections = string.Concat(way.Select((step, at) => $"{{ {(at == way.Count - 1 ? "probe: " : "")}{step.Name}{step.Arguments} "));
        return kind + selections + (way[^1].IsLeaf ? "" : "{ __typename } ") + new string('}', way.Count);
    }
}
