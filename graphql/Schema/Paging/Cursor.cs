using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>A position in a sorted list: the sort's name and the values of its columns. It stays valid whatever is inserted or deleted.</summary>
internal static class Cursor
{
    public static string Of(string sort, IEnumerable<string> keys) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])[sort, .. keys]));

    /// <returns>The values of the sort's columns.</returns>
    /// <exception cref="GraphQLException">The cursor is invalid, or belongs to another list or order.</exception>
    public static string[] Parse(string cursor, string argument, string sort, int columns)
    {
        if (cursor.Length <= 2_000 && Base64Url.IsValid(cursor))
        {
            try
            {
                var json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
                if (JsonSerializer.Deserialize<string?[]>(json) is [var name, .. var keys]
                    && name == sort
                    && keys.Length == columns
                    && Array.TrueForAll(keys, value => value is not null && !value.Contains('\0', StringComparison.Ordinal)))
                    return keys!;
            }
            catch (JsonException)
            {
                // Reported below, as any other invalid cursor.
            }
        }
        throw Invalid(argument);
    }

    public static GraphQLException Invalid(string argument) =>
        new($"{argument} is an invalid cursor, or belongs to another list or order", "BAD_USER_INPUT");
}
