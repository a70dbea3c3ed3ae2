namespace EcomIntel.Cli.Supervisor.Services;

internal static class HttpProbe
{
    /// <summary>Whether the address answers 200; no answer, or none in the client's time, is no.</summary>
    public static async Task<bool> AnswersAsync(this HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == System.Net.HttpStatusCode.OK;
        }
        catch (Exception failure)
            when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
