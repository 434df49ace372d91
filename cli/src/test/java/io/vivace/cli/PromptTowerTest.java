package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.model.melody.PromptTower;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Texts to prompt tokens, by a text tower from a folder of its own. */
class PromptTowerTest extends CommandCase {
    private static final Path GOLDEN = Repository.GOLDEN.resolve("melody");

    @Test void aTowerFromElsewhereMakesPromptsOfTexts() {
        Path model = file("a.viv"), tower = GOLDEN.resolve("prompt-texts/checkpoint/text");
        Run.of("convert", GOLDEN.resolve("prompt-tokens/checkpoint").toString(), "--text-tower", tower.toString(), "-o", model.toString()).succeeds();
        try (ModelFile file = ModelFile.open(model); var backend = new CpuBackend();
                PromptTower prompts = PromptTower.of(MelodyConfig.of(file.config()), backend, file).orElseThrow()) {
            assertEquals(4, prompts.tokens("").length);
            assertArrayEquals(prompts.tokens("slow jazz"), prompts.tokens("slow jazz"));
            assertTrue(prompts.bytes("a") < prompts.bytes("a slow and sad melody on a piano"));
            assertTrue(assertThrows(BadRequest.class, () -> prompts.tokens("z".repeat(127))).getMessage().contains("at most 128"));
            assertEquals(4, prompts.tokens("z".repeat(126)).length);
        }
    }

    @Test void withoutATowerThereAreNoPromptsOfTexts() {
        Path model = file("a.viv");
        Run.of("convert", GOLDEN.resolve("prompt-tokens/checkpoint").toString(), "-o", model.toString()).succeeds();
        try (ModelFile file = ModelFile.open(model); var backend = new CpuBackend()) {
            assertTrue(PromptTower.of(MelodyConfig.of(file.config()), backend, file).isEmpty());
        }
    }

    @Test void otherFamiliesTakeNoTower() {
        Run.of("convert", Repository.DEMO.toString(), "--text-tower", GOLDEN.toString(), "-o", file("x.viv").toString())
                .fails(ExitCode.USAGE, "no MeLoDy checkpoint", "--text-tower");
    }
}
