package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.converter.ConversionReport;
import io.vivace.converter.ConversionRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.Converter;
import io.vivace.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A public checkpoint in, a model file out. */
@Command(name = "convert", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Converts a public checkpoint to a model file. Nothing of the checkpoint is executed; the same input gives the same bytes.")
final class ConvertCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interrupt interrupt;

    @Parameters(paramLabel = "CHECKPOINT", arity = "1..*",
            description = "Folder as transformers or audiocraft publish it, or audiocraft's files, or SSM-TTM's file and config.json.")
    private List<Path> sources;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "Model file to write (.viv).")
    private Path output;

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "f32", description = "How matrices are stored: f32, bf16 or int8. The codec stays f32.")
    private String dtype;

    @Option(names = "--text-encoder", paramLabel = "DIR",
            description = "Folder of the T5 encoder, which audiocraft's checkpoints lack, or of the tokenizer, which SSM-TTM's lack.")
    private Path textEncoder;

    @Option(names = "--text-tower", paramLabel = "DIR", description = "Folder of CLAP's text tower for a MeLoDy checkpoint that has none in its folder text.")
    private Path textTower;

    @Option(names = "--codec", paramLabel = "DIR", description = "Folder or file of the codec, which SSM-TTM's checkpoints lack: dac_44khz.")
    private Path codec;

    @Option(names = "--second-stage", paramLabel = "FILE", description = "DiscoDiff's file: makes the other codebooks behind an SSM-TTM model of one.")
    private Path secondStage;

    @Option(names = "--second-text-encoder", paramLabel = "DIR", description = "Folder of the T5 encoder that the second stage hears: flan-t5-large.")
    private Path secondText;

    @Option(names = "--force", description = "Replace a file that exists.")
    private boolean force;

    @Mixin private Talk talk;

    ConvertCommand(Terminal terminal, Interrupt interrupt) {
        this.terminal = terminal;
        this.interrupt = interrupt;
    }

    @Override public Integer call() {
        interrupt.heed();
        if (Targets.STANDARD_OUTPUT.equals(output)) {
            throw new BadRequest("the header of a model file is written last, which standard output does not allow; name a file with -o.");
        }
        var parts = new ConversionRequest.Parts(textEncoder, textTower, codec, secondStage, secondText);
        ConversionReport report = Converter.convert(new ConversionRequest(sources, output, type(), parts, force, this::progress));
        if (talk.json) terminal.print(Document.json(document(report)));
        else if (!talk.quiet) terminal.tell(summary(report));
        if (!talk.quiet) warn(report);
        return ExitCode.OK;
    }

    private void warn(ConversionReport report) {
        boolean ssm = report.family().equals("ssm-ttm");
        if ((ssm || report.family().startsWith("musicgen")) && !report.tokenizer()) {
            terminal.tell("The checkpoint has no tokenizer (" + TokenizerFiles.NAMES + "), so this model cannot compose; fetch it too, beside"
                    + " the model's config.json or audiocraft's state_dict.bin, and convert again.");
        }
        if (ssm && codec == null) terminal.tell("This model has no codec, so it cannot be heard; convert again with --codec and the folder of dac_44khz.");
    }

    private Dtype type() {
        for (Dtype type : Dtype.values()) if (type.name().toLowerCase(Locale.ROOT).equals(dtype)) return type;
        throw new BadRequest("--dtype must be f32, bf16 or int8, not \"" + dtype + "\".");
    }

    private void progress(long bytes, long total) {
        if (interrupt.raised()) throw new Cancelled("The conversion was cancelled after " + bytes + " of " + total + " bytes.");
        if (talk.quiet || !terminal.interactive()) return;
        terminal.err().print(String.format(Locale.ROOT, "\r%3d %% of %,d MB ", 100 * bytes / Math.max(1, total), total >> 20));
        if (bytes >= total) terminal.err().print("\r" + " ".repeat(40) + "\r");
        terminal.err().flush();
    }

    private String summary(ConversionReport report) {
        String ignored = report.ignored().isEmpty() ? "" : "; " + report.ignored().size() + " tensors are not needed and were left out";
        return String.format(Locale.ROOT, "%s: %s, %d tensors, %,d bytes, %.0f MB/s%s", output, report.family(), report.tensors(), report.bytes(),
                report.inputBytes() / 1e6 / Math.max(1e-3, report.seconds()), ignored);
    }

    private LinkedHashMap<String, Object> document(ConversionReport report) {
        var members = new LinkedHashMap<String, Object>();
        members.put("file", output);
        members.put("family", report.family());
        members.put("dtype", dtype);
        members.put("tensors", report.tensors());
        members.put("tokenizer", report.tokenizer());
        members.put("inputBytes", report.inputBytes());
        members.put("bytes", report.bytes());
        members.put("seconds", report.seconds());
        members.put("ignored", report.ignored());
        return members;
    }
}
