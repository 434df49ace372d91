package io.vivace.converter.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleMachineTest {
    @TempDir
    Path folder;

    private Pickled run(String latin1) throws IOException {
        Path path = Files.write(folder.resolve("p.pkl"), latin1.getBytes(StandardCharsets.ISO_8859_1));
        try (SourceFile file = SourceFile.open(path)) {
            return new PickleMachine(new PickleBytes(file, 0, file.size())).run();
        }
    }

    private String refusal(String latin1) {
        String message = assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> assertThrows(BadCheckpoint.class, () -> run(latin1)).getMessage());
        assertTrue(message.contains("p.pkl") && message.contains("at byte ") && message.endsWith(".") && !message.contains("\n"), message);
        return message;
    }

    /** What public samples of hostile pickles do: every way to name a function and every way to call it. */
    @ParameterizedTest
    @ValueSource(strings = {"posix system", "os system", "nt system", "subprocess Popen", "subprocess check_output", "builtins eval",
    "builtins exec",
        "builtins getattr", "builtins compile", "builtins __import__", "builtins open", "__builtin__ eval", "sys exit",
        "importlib import_module",
        "runpy _run_code", "socket socket", "socket create_connection", "shutil rmtree", "pty spawn", "ctypes CDLL", "pickle loads",
        "_pickle loads",
        "code InteractiveInterpreter", "webbrowser open", "asyncio.subprocess create_subprocess_shell", "threading Thread",
        "multiprocessing Process",
        "http.client HTTPSConnection", "urllib.request urlopen", "requests.api get", "ssl get_server_certificate", "tempfile mktemp",
        "pip main",
        "bdb Bdb", "pdb run", "timeit timeit", "cProfile run", "profile run", "doctest debug_script", "operator attrgetter",
        "operator methodcaller",
        "types CodeType", "functools partial", "marshal loads", "torch.hub load", "torch.utils.cpp_extension load", "torch.jit load",
        "os.path join",
        "numpy.testing._private.utils runstring", "torch load", "idlelib.pyshell main", "lib2to3.pgen2.grammar loadx",
        "django.utils.html format_html",
        "torch._dynamo.guards eval_frame", "random system", "aiohttp.client get", "xyz run"})
    void aCallOfAnythingUnknownIsRefused(String global) {
        String name = global.replace(' ', '\n') + "\n";
        String[] parts = global.split(" ");
        String stacked = "\u0080\u0004\u008c" + (char) parts[0].length() + parts[0] + "\u008c" + (char) parts[1].length() + parts[1]
                + "\u0093";
        for (String callee : new String[] {"\u0080\u0002c" + name, stacked}) {
            refusal(callee + "(X\u0002\0\0\0idtR.");
            refusal("}X\u0001\0\0\0a" + callee + "(X\u0002\0\0\0idt\u0081s.");
            refusal(callee + ")}\u0092.");
            refusal("(" + callee + ")R0N.");
        }
    }

    static String[] unneeded() {
        return new String[] {
        "(S'id'\\np0\\nios\\nsystem\\n.|opcode", "(cmodule\\nThing\\no.|opcode", "\u0082\u0001.|opcode", "\u0084\u0001\0\0\0.|opcode",
                "Pid\\n.|opcode",
        "I1\\n.|opcode", "\u0098.|opcode", "\u0080\u0009N.|protocol 9", ".|empty stack", "0.|empty stack", "R.|empty stack", "t.|no mark",
        "1.|no mark",
        "u.|no mark", "(0(.|empty stack", "h\0.|memo slot 0", "j\u00ff\u00ff\u00ff\u00ff.|memo slot 4294967295",
        "Nr\u00ff\u00ff\u00ff\u007f.|memo slot",
        "X\u00ff\u00ff\u00ff\u00ffabc.|string of 4294967295", "\u008d\0\0\0\0\0\0\0\u0080a.|string of -",
        "\u008b\u00ff\u00ff\u00ff\u007f.|string of",
        "B\u00ff\u00ff\u00ff\u007f.|string of", "]N(Nu.|key without a value", "NNa.|no list", "NNNs.|no dictionary", "N)R.|no function",
        "K\u0001Q.|storage",
        "(X\u0007\0\0\0storageNNNNtQ.|storage", "NN\u0093.|something else than two strings", "ctorch\\nFloatStorage\\n)R.|calls a dtype",
        "ctorch._utils\\n_rebuild_tensor_v2\\n)R.|storage, offset, size and stride", "ctorch._utils\\n_rebuild_parameter\\n)R.|no tensor",
        "ccollections\\nOrderedDict\\n(]K\u0001atR.|pairs", "X\u0002|ends where"};
    }

    @ParameterizedTest
    @MethodSource("unneeded")
    void aPickleThatNoCheckpointNeedsIsRefused(String pickleAndMessage) {
        String[] parts = pickleAndMessage.split("\\|");
        String message = refusal(parts[0].replace("\\n", "\n"));
        assertTrue(message.contains(parts[1]), message);
    }

    /** Offset, size and stride in a storage of 10 floats. */
    static String[] outside() {
        return new String[] {
        "K\u0000|(K\u000bt|(K\u0001t", "K\u0001|(K\12t|(K\u0001t", "K\u0000|(K\u0002t|(K\12t",
                "J\u00ff\u00ff\u00ff\u00ff|(K\u0001t|(K\u0001t",
        "K\0|(J\u00ff\u00ff\u00ff\u00fft|(K\u0001t", "K\0|(K\u0002t|(J\u00ff\u00ff\u00ff\u00fft", "K\0|(K\u0002t|)",
        "K\0|(G\0\0\0\0\0\0\0\0t|(K\u0001t",
        "K\0|(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ft|(K\u0001K\u0001K\u0001t",
        "K\0|(K\u0002t|(\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007ft",
        "K\0|(K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001t|(K\0K\0K\0K\0K\0K\0K\0K\0K\0t"};
    }

    @ParameterizedTest
    @MethodSource("outside")
    void aTensorOutsideItsStorageIsRefused(String view) {
        String message = refusal("ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0000X\u0003\0\0\0cpuK\12tQ"
                + view.replace("|", "") + "tR.");
        assertTrue(message.contains("makes a tensor"), message);
    }

    @Test
    void capsHoldAgainstSmallFilesThatAskForMuch() {
        assertTrue(refusal("(".repeat(2000) + ".").contains("nests deeper"));
        assertTrue(refusal("N" + "2".repeat(1_100_000) + ".").contains("on the stack"));
        assertTrue(refusal(")" + "\u0085".repeat(2_000_000) + ".").contains("opcodes"));
        assertTrue(refusal("c" + "x".repeat(100_000) + "\n").contains("line of more than"));
        String list = "(" + "N".repeat(100_000) + "lq\0";
        assertTrue(refusal(list + "cbuiltins\nlist\nh\0\u0085R".repeat(100) + ".").contains("copies more than"));
    }

    @Test
    void containersThatHoldThemselvesDoNoHarm() throws IOException {
        assertInstanceOf(Pickled.Sequence.class, run("]q\0h\0a."));
        var dictionary = assertInstanceOf(Pickled.Dictionary.class, run("}q\0X\u0001\0\0\0ah\0s."));
        assertEquals(dictionary, dictionary.get("a"));
    }

    @Test
    void anObjectOfAnUnknownClassIsOpaque() throws IOException {
        var value = assertInstanceOf(Pickled.Opaque.class, run("cargparse\nNamespace\n)\u0081}X\u0001\0\0\0aK\u0001sb."));
        assertEquals("argparse.Namespace", value.name());
        assertEquals(new Pickled.Whole(1), value.members().get("a"));
        // A dictionary of a class of its own, whose attributes are itself.
        var loop = assertInstanceOf(Pickled.Opaque.class, run("cmy.configs\nAttrDict\n)\u0081q\0(X\u0001\0\0\0aK\u0002uh\0b."));
        assertEquals(new Pickled.Whole(2), loop.members().get("a"));
        assertInstanceOf(Pickled.Opaque.class, run("ccopyreg\n_reconstructor\n(cmy.models\nThing\ncbuiltins\nobject\nNtR}b."));
    }
}
