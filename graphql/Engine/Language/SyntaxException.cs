namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>Thrown inside the parser only; <see cref="Parser.TryParse"/> returns it as an error with its location.</summary>
internal sealed class SyntaxException(string message, int offset) : Exception(message)
{
    public int Offset { get; } = offset;
}
