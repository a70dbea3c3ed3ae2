using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>A place in a sorted list: the sort's name and the values of its columns, so that it holds whatever is inserted or deleted meanwhile.</summary>
internal static class Cursor
{
    public static string Of(string sort, IEnumerable<string> place) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])[sort, .. place]));

    /// <returns>The values of the sort's columns.</returns>
    /// <exception cref="GraphQLException">It is no cursor, or one of another list or sort.</exception>
    public static string[] Parse(string cursor, string argument, string sort, int columns)
    {
        if (cursor.Length <= 2_000 && Base64Url.IsValid(cursor))
        {
            try
            {
                if (JsonSerializer.Deserialize<string?[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))) is [var name, .. var place]
                    && name == sort && place.Length == columns && Array.TrueForAll(place, value => value is not null && !value.Contains('\0', StringComparison.Ordinal)))
                    return place!;
            }
            catch (JsonException)
            {
                // Told below, as anything else that is no cursor.
            }
        }
        throw new GraphQLException($"{argument} is no cursor of this list in this order", "BAD_USER_INPUT");
    }
}
