using System.Buffers.Text;
using System.Text;
using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema;

/// <summary>Global ids: type name and key in base64url, so that clients treat them as opaque.</summary>
internal static class NodeId
{
    public static string Of(string type, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{type}:{key}"));

    /// <returns>Null if the text is not an id.</returns>
    public static (string Type, string Key)? Parse(string id)
    {
        if (id.Length > 1_000 || !Base64Url.IsValid(id))
            return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>The key of an id of the given type.</summary>
    /// <exception cref="GraphQLException">The id is invalid or of another type.</exception>
    public static string Key(string type, string id) => Parse(id) is { } parsed && parsed.Type == type
        ? parsed.Key
        : throw new GraphQLException($"\"{id}\" is not an id of type {type}", "BAD_USER_INPUT");
}
