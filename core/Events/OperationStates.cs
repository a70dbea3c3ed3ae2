using System.Text.Json;

namespace EcomIntel.Core.Events;

/// <summary>What a decision is about, as it stands after it, for readers that only want to know that.</summary>
public static class OperationStates
{
    private static readonly HashSet<string> Cases = new(ExceptionChanged.Types, StringComparer.Ordinal);
    private static readonly HashSet<string> Alerts = new(AlertChanged.Types, StringComparer.Ordinal);

    /// <returns>
    /// An <see cref="OperationEvents.OrderState"/>, an <see cref="ExceptionChanged"/> or an <see cref="AlertChanged"/>; null where it is about something else.
    /// </returns>
    /// <exception cref="JsonException">It is not what its type says: it was not written by the hub.</exception>
    public static object? Of(Operation operation) => (object?)OrderStates.Of(operation) ?? (object?)CaseOf(operation) ?? AlertOf(operation);

    /// <summary>The case after the decision; null where it is about none.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static ExceptionChanged? CaseOf(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Cases.Contains(operation.Type) ? operation.Read(OperationJson.Default.ExceptionChanged) : null;
    }

    /// <summary>The alert after the decision; null where it is about none.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static AlertChanged? AlertOf(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Alerts.Contains(operation.Type) ? operation.Read(OperationJson.Default.AlertChanged) : null;
    }
}
