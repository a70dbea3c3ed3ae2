using System.Buffers.Text;
using System.Text;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class IdAndCursorTests
{
    [Fact]
    public void Ids_and_cursors_carry_whatever_text_a_key_is()
    {
        var random = new Random(5);
        for (var round = 0; round < 5_000; round++)
        {
            var key = Any(random, 40);
            Assert.Equal(("Order", key), NodeId.Parse(NodeId.Of("Order", key)));
            Assert.Equal(key, NodeId.Key("Order", NodeId.Of("Order", key)));
            string[] place = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Any(random, 30))];
            Assert.Equal(place, Cursor.Parse(Cursor.Of("placed", place), "after", "placed", place.Length));
        }
    }

    [Fact]
    public void An_id_of_another_type_is_told_as_such()
    {
        var wrong = Assert.Throws<GraphQLException>(() => NodeId.Key("DeadLetter", NodeId.Of("Order", "1")));
        Assert.Equal("BAD_USER_INPUT", wrong.Code);
        Assert.Null(NodeId.Parse("no id"));
        Assert.Null(NodeId.Parse(""));
        Assert.Null(NodeId.Parse(new string('A', 1_004)));
    }

    [Fact]
    public void A_cursor_of_another_list_order_or_length_is_refused()
    {
        var cursor = Cursor.Of("placed", ["2026-01-01", "A"]);
        Assert.Equal(["2026-01-01", "A"], Cursor.Parse(cursor, "after", "placed", 2));
        Refused(() => Cursor.Parse(cursor, "after", "promised", 2));
        Refused(() => Cursor.Parse(cursor, "after", "placed", 1));
        Refused(() => Cursor.Parse(cursor, "after", "placed", 3));
        Refused(() => Cursor.Parse(Cursor.Of("placed", ["a\0b"]), "after", "placed", 1));
    }

    [Fact]
    public void Hostile_text_is_refused_with_one_error_and_never_anything_else()
    {
        var random = new Random(6);
        string[] hostile =
        [
            "", "null", "{}", "[]", "[null]", "[\"placed\"]", "[\"placed\",null]", "[\"placed\",1]", "[\"placed\",[\"x\"]]", "[\"placed\",\"\\ud800\"]",
            "[\"placed\",\"x\"", "[\"placed\",\"x\"]]", new string('[', 900),
        ];
        foreach (var json in hostile)
            Refused(() => Cursor.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json)), "after", "placed", 1));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            var text = random.Next(2) == 0 ? Base64Url.EncodeToString(bytes) : Any(random, 60);
            _ = NodeId.Parse(text);
            Refused(() => Cursor.Parse(text, "after", "placed", 1));
        }
        Refused(() => Cursor.Parse(new string('A', 100_000), "after", "placed", 1));
    }

    private static void Refused(Action parse) => Assert.Equal("BAD_USER_INPUT", Assert.Throws<GraphQLException>(parse).Code);

    /// <summary>Any characters that UTF-8 can carry, but for NUL.</summary>
    private static string Any(Random random, int most)
    {
        var text = new StringBuilder();
        for (var left = random.Next(most + 1); left > 0; left--)
            text.Append(random.Next(4) switch
            {
                0 => new Rune(random.Next(1, 0xD800)),
                1 => new Rune(random.Next(0xE000, 0x110000)),
                2 => new Rune(":\"\\/=+ -_"[random.Next(9)]),
                _ => new Rune('a' + random.Next(26)),
            });
        return text.ToString();
    }
}
