package io.vivace.cli.parity;

import io.vivace.VivaceException;
import io.vivace.backend.Backend;
import io.vivace.converter.ConversionRequest.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs reference cases on a back end and compares what comes out with what the original implementation computed. */
public final class Parity {
    private static final String MELODY = "melody", DAC = "dac", DISCODIFF = "discodiff", SSM = "ssm", NANO = "nano";

    /** How a case ended. */
    public enum Verdict { PASSED, FAILED, SKIPPED }

    /**
     * A case's outputs beside their expectations.
     *
     * @param name   area and case
     * @param checks one an output; empty if the case could not be run
     * @param reason why it could not be run, else empty
     */
    public record Result(String name, Verdict verdict, List<Check> checks, String reason) {}

    private final Backend backend;
    private final Dtype dtype;

    /** With float32 weights, for which the cases' tolerances are meant. */
    public Parity(Backend backend) {
        this(backend, Dtype.F32);
    }

    /** @param dtype how the checkpoints are converted; narrow ones have errors of their own */
    public Parity(Backend backend, Dtype dtype) {
        this.backend = backend;
        this.dtype = dtype;
    }

    /** Trouble in a case, even a bug, becomes its result: other cases go on. */
    public Result run(Path folder) {
        String name = folder.getFileName().toString();
        try {
            Case test = Case.read(folder, dtype);
            name = test.toString();
            List<Check> checks = checks(test);
            boolean passed = !checks.isEmpty() && checks.stream().allMatch(Check::passed);
            return new Result(name, passed ? Verdict.PASSED : Verdict.FAILED, checks, checks.isEmpty() ? "the case expects nothing" : "");
        } catch (Unsupported e) {
            return new Result(name, Verdict.SKIPPED, List.of(), "this version does not support " + e.getMessage());
        } catch (VivaceException e) {
            return new Result(name, Verdict.FAILED, List.of(), e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            return new Result(name, Verdict.FAILED, List.of(), "a bug: " + e + " at " + e.getStackTrace()[0]);
        }
    }

    private List<Check> checks(Case test) {
        if (test.kind().equals("tokenize") && !test.area().equals(MELODY)) return List.of(Texts.check(test));
        var tensors = new CaseTensors(test.folder().resolve("io.safetensors"));
        if (test.area().equals(MELODY)) return compare(test, tensors, MelodyRuns.run(test, tensors, backend));
        if (test.area().equals(DAC)) return compare(test, tensors, DacRuns.run(test, tensors, backend));
        if (test.area().equals(DISCODIFF)) return compare(test, tensors, DiscoDiffRuns.run(test, tensors, backend));
        if (test.area().equals(NANO)) return compare(test, tensors, NanoRuns.run(test, tensors, backend));
        if (test.area().equals(SSM)) return compare(test, tensors, SsmRuns.run(test, tensors, backend));
        return compare(test, tensors, switch (test.kind()) {
            case "encode-text" -> Runs.encodeText(test, tensors, backend);
            case "codec-encode" -> Runs.encodeSound(test, tensors, backend);
            case "codec-decode" -> Runs.decodeSound(test, tensors, backend);
            case "block" -> Runs.block(test, tensors, backend);
            case "lm-logits" -> MusicGenRuns.logits(test, tensors, backend);
            case "lm-generate" -> MusicGenRuns.generate(test, tensors, backend);
            case "pipeline" -> MusicGenRuns.pipeline(test, tensors, backend);
            default -> throw new Unsupported("cases of kind " + test.kind());
        });
    }

    /** Every expected output, computed or not, and what else was computed that the case knows; "name variant" is compared with "name". */
    private static List<Check> compare(Case test, CaseTensors tensors, Map<String, Values> results) {
        var names = new TreeMap<String, String>();
        tensors.all().keySet().stream().filter(name -> name.startsWith("out.")).forEach(name -> names.put(name, name));
        results.keySet().stream().filter(name -> tensors.has(name.split(" ")[0])).forEach(name -> names.put(name, name.split(" ")[0]));
        var checks = new ArrayList<Check>();
        names.forEach((name, expected) -> checks.add(Check.of(name, tensors.get(expected), results.get(name), test.tolerance())));
        return checks;
    }
}
