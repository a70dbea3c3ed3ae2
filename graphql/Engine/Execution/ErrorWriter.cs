namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Writes errors in the response format of the specification.</summary>
internal static class ErrorWriter
{
    public static void Write(ResultWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.Raw("\"errors\":"u8);
        WriteList(writer, errors);
    }

    public static void WriteList(ResultWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.Byte((byte)'[');
        for (var i = 0; i < errors.Count; i++)
        {
            if (i > 0) writer.Byte((byte)',');
            Write(writer, errors[i]);
        }
        writer.Byte((byte)']');
    }

    private static void Write(ResultWriter writer, GraphQLError error)
    {
        writer.Raw("{\"message\":"u8);
        writer.String(error.Message);
        if (!error.Locations.IsDefaultOrEmpty)
        {
            writer.Raw(",\"locations\":["u8);
            for (var i = 0; i < error.Locations.Length; i++)
            {
                writer.Raw(i > 0 ? ",{\"line\":"u8 : "{\"line\":"u8);
                writer.Number(error.Locations[i].Line);
                writer.Raw(",\"column\":"u8);
                writer.Number(error.Locations[i].Column);
                writer.Byte((byte)'}');
            }
            writer.Byte((byte)']');
        }
        if (!error.Path.IsDefault)
        {
            writer.Raw(",\"path\":["u8);
            for (var i = 0; i < error.Path.Length; i++)
            {
                if (i > 0) writer.Byte((byte)',');
                if (error.Path[i] is int index) writer.Number(index);
                else writer.String((string)error.Path[i]);
            }
            writer.Byte((byte)']');
        }
        if (error.Code != null)
        {
            writer.Raw(",\"extensions\":{\"code\":"u8);
            writer.String(error.Code);
            writer.Byte((byte)'}');
        }
        writer.Byte((byte)'}');
    }
}
