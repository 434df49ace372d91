package io.vivace.audio;

import io.vivace.BadRequest;
import io.vivace.file.Placeholder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Recognises files that people take for WAV files, so that the message can say what they are. */
final class ForeignAudio {

    private ForeignAudio() {}

    /**
     * @param head the first bytes of a file, up to 64
     * @throws BadRequest unless this is the beginning of a WAV file
     */
    static void refuse(Path path, ByteBuffer head) {
        String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
        if (text.isEmpty()) throw new BadRequest(path + " is empty; fetch or export it again.");
        if (Placeholder.ofGitLfs(text.getBytes(StandardCharsets.ISO_8859_1))) {
            throw new BadRequest(path + " is a Git LFS pointer, not the sound itself; run 'git lfs pull' in its folder.");
        }
        boolean riff = text.startsWith("RIFF") || text.startsWith("RF64");
        if (riff && text.startsWith("WAVE", 8)) return;
        String kind = kind(text);
        throw new BadRequest(kind == null
                ? path + " is not a WAV file (byte 0 should begin RIFF….WAVE); convert it to WAV first."
                : path + " is " + kind + ", not a WAV file; convert it first, for example: ffmpeg -i FILE out.wav");
    }

    private static String kind(String text) {
        boolean mpegFrame = text.length() > 1 && text.charAt(0) == 0xFF && (text.charAt(1) & 0xE6) == 0xE2;
        if (mpegFrame || text.startsWith("ID3")) return "an MP3 file";
        if (text.startsWith("fLaC")) return "a FLAC file";
        if (text.startsWith("OggS")) return "an Ogg file";
        if (text.startsWith("ftyp", 4)) return "an MP4 or M4A file";
        if (text.startsWith("FORM") && text.startsWith("AIF", 8)) return "an AIFF file";
        if (text.startsWith("caff")) return "a CAF file";
        if (text.startsWith("wvpk")) return "a WavPack file";
        if (text.startsWith("RIFX")) return "a big-endian RIFX file";
        if (text.startsWith("riff")) return "a Sony Wave64 file";
        if (text.startsWith("RIFF") && text.length() >= 12) return "a RIFF file of another kind";
        if (text.startsWith("\u001aE\u00df\u00a3")) return "a Matroska or WebM file";
        return null;
    }
}
