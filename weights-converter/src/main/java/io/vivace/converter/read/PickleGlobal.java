package io.vivace.converter.read;

import java.util.HashMap;
import java.util.Map;

/** The only names in a pickle that mean something here. */
enum PickleGlobal {
    ORDERED_DICT("collections.OrderedDict"),
    DEFAULT_DICT("collections.defaultdict"),
    DICT("builtins.dict", "__builtin__.dict"),
    SET("builtins.set", "__builtin__.set"),
    LIST("builtins.list", "__builtin__.list"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor"),
    REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils._rebuild_parameter"),
    REBUILD_PARAMETER_WITH_STATE("torch._utils._rebuild_parameter_with_state"),
    SIZE("torch.Size"),
    DEVICE("torch.device"),
    RECONSTRUCTOR("copyreg._reconstructor", "copy_reg._reconstructor", "builtins.object", "__builtin__.object"),
    ENCODE("_codecs.encode"),
    NUMPY_DTYPE("numpy.dtype"),
    NUMPY_SCALAR("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"),
    NUMPY_ARRAY("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"),
    F64(ElementType.F64, "Double", "float64"),
    F32(ElementType.F32, "Float", "float32"),
    F16(ElementType.F16, "Half", "float16"),
    BF16(ElementType.BF16, "BFloat16", "bfloat16"),
    I64(ElementType.I64, "Long", "int64"),
    I32(ElementType.I32, "Int", "int32"),
    I16(ElementType.I16, "Short", "int16"),
    I8(ElementType.I8, "Char", "int8"),
    U8(ElementType.U8, "Byte", "uint8"),
    BOOL(ElementType.BOOL, "Bool", "bool");

    private static final Map<String, PickleGlobal> BY_NAME = new HashMap<>();

    static {
        for (PickleGlobal global : values()) {
            for (String name : global.names) {
                BY_NAME.put(name, global);
            }
        }
    }

    private final String[] names;
    private final ElementType type;

    PickleGlobal(String... names) {
        this.names = names;
        this.type = null;
    }

    PickleGlobal(ElementType type, String storage, String dtype) {
        this.names = new String[] {"torch." + storage + "Storage", "torch.cuda." + storage + "Storage", "torch." + dtype};
        this.type = type;
    }

    /** Null for a name that is not on the list. */
    static PickleGlobal named(String name) {
        return BY_NAME.get(name);
    }

    /** The element type of a storage class or dtype, else null. */
    ElementType type() {
        return type;
    }
}
