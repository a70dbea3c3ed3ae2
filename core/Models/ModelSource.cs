namespace EcomIntel.Core.Models;

public static class ModelSource
{
    /// <summary>CloudEvents' source of all that models send, of their promises of business time too.</summary>
    public const string Name = "urn:ecomintel:ml";
}
