namespace EcomIntel.Cli.Supervisor;

/// <summary>What an operator can understand and fix; its message is one line saying what is wrong, where, and what to do.</summary>
internal sealed class InstanceException : Exception
{
    public InstanceException(string message) : base(message) { }

    public InstanceException(string message, Exception inner) : base(message, inner) { }
}
