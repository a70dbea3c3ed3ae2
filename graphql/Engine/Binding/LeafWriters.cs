using System.Runtime.CompilerServices;
using System.Text;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>Writers of scalars and enums by C# type. A C# type without one is an error when the schema is bound.</summary>
internal static class LeafWriters
{
    private static readonly Dictionary<(string, Type), Delegate> Known = new()
    {
        [("Int", typeof(int))] = (Action<ResultWriter, int>)((writer, value) => writer.Number(value)),
        [("Int", typeof(short))] = (Action<ResultWriter, short>)((writer, value) => writer.Number((int)value)),
        [("Int", typeof(byte))] = (Action<ResultWriter, byte>)((writer, value) => writer.Number((int)value)),
        [("Float", typeof(double))] = (Action<ResultWriter, double>)((writer, value) => writer.Number(value)),
        [("Float", typeof(float))] = (Action<ResultWriter, float>)((writer, value) => writer.Number((double)value)),
        [("Float", typeof(decimal))] = (Action<ResultWriter, decimal>)((writer, value) => writer.Number(value)),
        [("Float", typeof(int))] = (Action<ResultWriter, int>)((writer, value) => writer.Number(value)),
        [("Float", typeof(long))] = (Action<ResultWriter, long>)((writer, value) => writer.Number(value)),
        [("String", typeof(string))] = (Action<ResultWriter, string>)((writer, value) => writer.String(value)),
        [("Boolean", typeof(bool))] = (Action<ResultWriter, bool>)((writer, value) => writer.Boolean(value)),
        [("ID", typeof(string))] = (Action<ResultWriter, string>)((writer, value) => writer.String(value)),
        [("ID", typeof(int))] = (Action<ResultWriter, int>)((writer, value) => Quoted(writer, () => writer.Number(value))),
        [("ID", typeof(long))] = (Action<ResultWriter, long>)((writer, value) => Quoted(writer, () => writer.Number(value))),
        [("ID", typeof(Guid))] = (Action<ResultWriter, Guid>)((writer, value) => writer.String(value.ToString())),
    };

    /// <summary>An <c>Action&lt;ResultWriter, T&gt;</c> for the (non-nullable) C# type, or null when the leaf cannot be written from it.</summary>
    public static Delegate? For(NamedType leaf, Type type)
    {
        if (leaf is EnumType values) return ForEnum(values, type);
        if (Known.TryGetValue((leaf.Name, type), out var known)) return known;
        return leaf is ScalarType { Codec: { } codec } && codec.ValueType == type
            ? Delegate.CreateDelegate(typeof(Action<,>).MakeGenericType(typeof(ResultWriter), type), codec, nameof(ScalarCodec<int>.Write))
            : null;
    }

    /// <summary>The SDL name of each value of a C# enum: <c>InTransit</c> is <c>IN_TRANSIT</c>. Null when a value has no counterpart.</summary>
    public static Dictionary<string, object>? EnumNames(EnumType values, Type type)
    {
        var names = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in values.Values.Keys)
        {
            var member = Enum.GetNames(type)
                .FirstOrDefault(candidate => string.Equals(candidate, name.Replace("_", ""), StringComparison.OrdinalIgnoreCase));
            if (member == null) return null;
            names[name] = Enum.Parse(type, member);
        }
        return names.Values.Distinct().Count() == Enum.GetValues(type).Cast<object>().Distinct().Count() ? names : null;
    }

    private static Delegate? ForEnum(EnumType values, Type type)
    {
        if (type == typeof(string))
        {
            return (Action<ResultWriter, string>)((writer, value) =>
            {
                if (!values.Values.ContainsKey(value)) throw new InvalidOperationException($"\"{value}\" is not a value of the enum {values}.");
                writer.String(value);
            });
        }
        if (!type.IsEnum || EnumNames(values, type) is not { } names) return null;
        var make = typeof(LeafWriters).GetMethod(nameof(EnumWriter), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        return (Delegate)make.MakeGenericMethod(type).Invoke(null, [names])!;
    }

    private static Action<ResultWriter, T> EnumWriter<T>(Dictionary<string, object> names) where T : struct, Enum => new EnumNamesOf<T>(names).Write;

    /// <summary>The names as JSON, by value. C# enums usually count from 0, and then an array holds them.</summary>
    private sealed class EnumNamesOf<T> where T : struct, Enum
    {
        private readonly Dictionary<T, byte[]> _all;
        private readonly byte[]?[] _first = new byte[]?[64];

        public EnumNamesOf(Dictionary<string, object> names)
        {
            _all = names.ToDictionary(entry => (T)entry.Value, entry => Encoding.UTF8.GetBytes($"\"{entry.Key}\""));
            foreach (var (value, name) in _all)
                if (Number(value) is >= 0 and < 64 and var at) _first[at] = name;
        }

        public void Write(ResultWriter writer, T value) => writer.Raw((Number(value) is >= 0 and < 64 and var at ? _first[at] : null) ?? _all[value]);

        // The size of an enum is a constant when this is JIT-compiled for it: only one branch remains.
        private static long Number(T value) => Unsafe.SizeOf<T>() switch
        {
            1 => Unsafe.As<T, byte>(ref value),
            2 => Unsafe.As<T, short>(ref value),
            4 => Unsafe.As<T, int>(ref value),
            _ => Unsafe.As<T, long>(ref value),
        };
    }

    private static void Quoted(ResultWriter writer, Action write)
    {
        writer.Byte((byte)'"');
        write();
        writer.Byte((byte)'"');
    }
}
