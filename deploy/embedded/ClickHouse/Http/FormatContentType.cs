namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>The Content-Type a ClickHouse server gives a format.</summary>
internal static class FormatContentType
{
    public static string Of(string format) => format switch
    {
        "JSON" or "JSONStrings" or "JSONCompact" or "JSONCompactStrings" or "JSONColumnsWithMetadata" or "JSONColumns" or "JSONCompactColumns"
            or "JSONObjectEachRow"
            => "application/json; charset=UTF-8",
        _ when format.StartsWith("JSON", StringComparison.OrdinalIgnoreCase) || format is "NDJSON" => "application/x-ndjson; charset=UTF-8",
        _ when format.StartsWith("CSV", StringComparison.OrdinalIgnoreCase) => "text/csv; charset=UTF-8",
        _ when format.StartsWith("TabSeparated", StringComparison.OrdinalIgnoreCase) || format.StartsWith("TSV", StringComparison.OrdinalIgnoreCase)
            => "text/tab-separated-values; charset=UTF-8",
        "XML" => "application/xml; charset=UTF-8",
        "Native" or "RowBinary" or "RowBinaryWithNames" or "RowBinaryWithNamesAndTypes" or "Parquet" or "Arrow" or "ArrowStream" or "ORC" or "Avro"
            or "MsgPack" or "Protobuf" or "ProtobufSingle" or "CapnProto" or "Npy" or "BSONEachRow" or "RawBLOB"
            => "application/octet-stream",
        "Prometheus" => "text/plain; version=0.0.4; charset=UTF-8",
        "Markdown" => "text/markdown; charset=UTF-8",
        _ => "text/plain; charset=UTF-8",
    };
}
