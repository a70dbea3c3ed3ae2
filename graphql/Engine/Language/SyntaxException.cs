namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>Thrown inside the parser only; what leaves <see cref="Parser.TryParse"/> is an error with its place.</summary>
internal sealed class SyntaxException(string message, int offset) : Exception(message)
{
    public int Offset { get; } = offset;
}
