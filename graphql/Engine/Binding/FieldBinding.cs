namespace EcomIntel.GraphQL.Engine.Binding;

internal sealed class FieldBinding;
