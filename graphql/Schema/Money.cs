using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Schema;

/// <param name="Currency">ISO 4217; empty for the seller's own.</param>
[GraphQLObject("Money")]
internal sealed record Money(decimal Amount, string Currency);
