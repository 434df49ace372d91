package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.MusicModel;
import io.vivace.Request;
import io.vivace.audio.Clip;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MusicModelTest {
    @TempDir
    static Path folder;

    @Test
    void aPromptBecomesAClip() {
        try (var model = MusicModel.open(TinyModel.mono().write(folder))) {
            Clip clip = model.generate(Request.of("warm lo-fi piano").withSeconds(0.5).withSeed(7));
            assertEquals(TinyModel.RATE / 2, clip.frames());
            assertEquals(clip, model.generate(Request.of("warm lo-fi piano").withSeconds(0.5).withSeed(7)));
        }
    }
}
