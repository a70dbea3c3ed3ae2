using System.Globalization;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>Reads and writes a scalar. APIs derive from <see cref="ScalarCodec{T}"/>.</summary>
public abstract class ScalarCodec
{
    private protected ScalarCodec() { }

    internal abstract Type ValueType { get; }

    internal abstract bool TryRead(ScalarInput input, out object? value, out string? reason);

    internal static ScalarCodec? BuiltIn(string name) => name switch
    {
        "Int" => new IntCodec(),
        "Float" => new FloatCodec(),
        "String" => new StringCodec(),
        "Boolean" => new BooleanCodec(),
        "ID" => new IdCodec(),
        _ => null,
    };

    private sealed class IntCodec : ScalarCodec<int>
    {
        protected override string Expectation => "an Int is a whole number between -2147483648 and 2147483647";

        protected override bool TryRead(ScalarInput input, out int value)
        {
            value = 0;
            return input.Kind == ScalarInputKind.Int && int.TryParse(input.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        }

        public override void Write(ResultWriter writer, int value) => writer.Number(value);
    }

    private sealed class FloatCodec : ScalarCodec<double>
    {
        protected override string Expectation => "a Float is a finite number";

        protected override bool TryRead(ScalarInput input, out double value)
        {
            value = 0;
            return input.Kind is ScalarInputKind.Int or ScalarInputKind.Float
                && double.TryParse(input.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                && double.IsFinite(value);
        }

        public override void Write(ResultWriter writer, double value) => writer.Number(value);
    }

    private sealed class StringCodec : ScalarCodec<string>
    {
        protected override string Expectation => "a String is a string in quotes";

        protected override bool TryRead(ScalarInput input, out string value)
        {
            value = input.Text;
            return input.Kind == ScalarInputKind.String;
        }

        public override void Write(ResultWriter writer, string value) => writer.String(value);
    }

    private sealed class BooleanCodec : ScalarCodec<bool>
    {
        protected override string Expectation => "a Boolean is true or false";

        protected override bool TryRead(ScalarInput input, out bool value)
        {
            value = input.Text == "true";
            return input.Kind == ScalarInputKind.Boolean;
        }

        public override void Write(ResultWriter writer, bool value) => writer.Boolean(value);
    }

    private sealed class IdCodec : ScalarCodec<string>
    {
        protected override string Expectation => "an ID is a string or a whole number";

        protected override bool TryRead(ScalarInput input, out string value)
        {
            value = input.Text;
            return input.Kind is ScalarInputKind.String or ScalarInputKind.Int;
        }

        public override void Write(ResultWriter writer, string value) => writer.String(value);
    }
}

/// <summary>A scalar whose C# type is <typeparamref name="T"/>. Reading must accept what writing produces.</summary>
public abstract class ScalarCodec<T> : ScalarCodec where T : notnull
{
    internal sealed override Type ValueType => typeof(T);

    /// <summary>The expected form of a value, as the end of an error message: "a Date is written as 2026-01-31".</summary>
    protected abstract string Expectation { get; }

    protected abstract bool TryRead(ScalarInput input, out T value);

    /// <summary>Writes exactly one JSON value.</summary>
    public abstract void Write(ResultWriter writer, T value);

    internal sealed override bool TryRead(ScalarInput input, out object? value, out string? reason)
    {
        var read = TryRead(input, out var typed);
        value = read ? typed : null;
        reason = read ? null : Expectation;
        return read;
    }
}
