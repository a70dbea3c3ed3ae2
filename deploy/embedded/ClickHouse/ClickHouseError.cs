using System.Globalization;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>An error in ClickHouse's terms: its code, and the text a client shows.</summary>
internal sealed record ClickHouseError(int Code, string Text)
{
    public const int BadArguments = 36;
    public const int NotImplemented = 48;
    public const int SyntaxError = 62;
    public const int UnknownException = 1002;
    public const int IncorrectData = 117;
    public const int Required = 194;
    public const int TooManyQueries = 202;
    public const int SameQueryId = 216;
    public const int StatementTooLarge = 229;
    public const int ReadOnly = 164;
    public const int SessionNotFound = 372;
    public const int SessionIsLocked = 373;
    public const int InvalidSessionTimeout = 374;
    public const int Cancelled = 394;
    public const int AuthenticationFailed = 516;
    public const int InvalidUsageOfInput = 477;
    public const int UnknownTypeOfQuery = 78;
    public const int LimitExceeded = 290;

    /// <summary>An error the front raises itself, worded as the engine words its own.</summary>
    public static ClickHouseError Of(int code, string message) =>
        new(code, $"Code: {code}. DB::Exception: {message} ({NameOf(code)})");

    /// <summary>The engine's own text. Its code stands at the beginning; a text without one is an internal error.</summary>
    public static ClickHouseError FromEngine(string text)
    {
        const string start = "Code: ";
        if (text.StartsWith(start, StringComparison.Ordinal))
        {
            var end = text.IndexOf('.', start.Length);
            if (end > 0 && int.TryParse(text.AsSpan(start.Length, end - start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                return new(code, text);
            }
        }

        return Of(UnknownException, text);
    }

    /// <summary>The HTTP status a ClickHouse server answers the code with (its HTTP handler's own table).</summary>
    public int Status => Code switch
    {
        Required => 401,
        192 or 193 or AuthenticationFailed or 497 or 512 => 403, // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, SET_NON_GRANTED_ROLE
        6 or 25 or 26 or 27 or 38 or 41 or 72 or 376 or 427 or 441 or 675 or 676 => 400, // CANNOT_PARSE_*, CANNOT_COMPILE_REGEXP
        BadArguments or SyntaxError or IncorrectData or 8 or 15 or 44 or 53 => 400, // THERE_IS_NO_COLUMN, DUPLICATE_, ILLEGAL_COLUMN, TYPE_MISMATCH
        37 or 123 or 167 or 168 or 223 or 321 => 400, // the shape of the syntax tree, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        46 or 47 or 50 or 56 or 60 or 63 or 73 or UnknownTypeOfQuery or 81 or 115 or 152 or 336 or 511 => 404, // UNKNOWN_*
        159 => 408, // TIMEOUT_EXCEEDED
        381 => 411, // HTTP_LENGTH_REQUIRED
        StatementTooLarge or LimitExceeded => 413,
        NotImplemented => 501,
        76 or 209 or 439 => 503, // CANNOT_OPEN_FILE, SOCKET_TIMEOUT, CANNOT_SCHEDULE_TASK
        _ => 500,
    };

    private static string NameOf(int code) => code switch
    {
        BadArguments => "BAD_ARGUMENTS",
        NotImplemented => "NOT_IMPLEMENTED",
        SyntaxError => "SYNTAX_ERROR",
        UnknownTypeOfQuery => "UNKNOWN_TYPE_OF_QUERY",
        IncorrectData => "INCORRECT_DATA",
        Required => "REQUIRED_PASSWORD",
        TooManyQueries => "TOO_MANY_SIMULTANEOUS_QUERIES",
        SameQueryId => "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
        InvalidUsageOfInput => "INVALID_USAGE_OF_INPUT",
        LimitExceeded => "LIMIT_EXCEEDED",
        StatementTooLarge => "QUERY_IS_TOO_LARGE",
        ReadOnly => "READONLY",
        SessionNotFound => "SESSION_NOT_FOUND",
        SessionIsLocked => "SESSION_IS_LOCKED",
        InvalidSessionTimeout => "INVALID_SESSION_TIMEOUT",
        Cancelled => "QUERY_WAS_CANCELLED",
        AuthenticationFailed => "AUTHENTICATION_FAILED",
        _ => "UNKNOWN_EXCEPTION",
    };
}

/// <summary>Thrown where a request is read, caught once where it is answered.</summary>
internal sealed class RefusedException(ClickHouseError error) : Exception(error.Text)
{
    public RefusedException(int code, string message) : this(ClickHouseError.Of(code, message)) { }

    public ClickHouseError Error { get; } = error;
}
