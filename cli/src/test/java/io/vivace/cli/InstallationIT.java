package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vivace.audio.WavReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Places and environments in which ./vivace may find itself. */
@DisabledOnOs(OS.WINDOWS)
class InstallationIT extends ProcessCase {
    @Test void optionsMayComeFirstAndFromTheEnvironment() throws Exception {
        shell("VIVACE_SECONDS=0.1 VIVACE_SEED=9 VIVACE_QUIET=true sh -c '\"$0\" --format 24 x' VIVACE").succeeds();
        assertEquals(2400, WavReader.read(folder.resolve("x-9.wav")).frames());
    }

    /** A bare container has no locale. */
    @Test void lettersSurviveWithoutALocale() throws Exception {
        shell("LC_ALL=C VIVACE 'ピアノ' --seconds 0.1 --seed 1 -q -o 'ピ.wav'").succeeds();
        shell("unset LC_ALL LC_CTYPE LANG; VIVACE 'ピアノ' --seconds 0.1 --seed 1 -q -o 'ノ.wav'").succeeds();
        for (String name : List.of("ピ.json", "ノ.json")) assertTrue(Files.readString(folder.resolve(name)).contains("\"ピアノ\""), name);
    }

    /** As services and containers start it; and where somebody has removed the folder meanwhile. */
    @Test void worksWithoutAHomeAndSaysThatTheFolderIsGone() throws Exception {
        shell("env -i PATH=\"$PATH\" VIVACE --version").succeeds();
        Run run = shell("mkdir gone && cd gone && rmdir ../gone && VIVACE plan");
        assertEquals(7, run.code(), run.err());
        assertTrue(run.err().contains("the current folder does not exist any more; change to another one."), run.err());
    }

    @Test void worksThroughALinkAndFromAFolderWithBlanks() throws Exception {
        Path blank = Files.createDirectory(folder.resolve("a folder"));
        Files.createSymbolicLink(blank.resolve("my vivace"), Path.of(VIVACE));
        run(blank, "./my vivace", "x", "--seconds", "0.1", "-o", "my song.wav", "-q").succeeds();
        assertTrue(Files.exists(blank.resolve("my song.wav")));
    }

    @Test void withoutTheVectorModuleItWorksAndSaysSo() throws Exception {
        Path target = Repository.ROOT.resolve("cli/target");
        String path = shell("echo " + target + "/vivace-cli-*.jar " + target + "/lib/*.jar").text().strip().replace(' ', ':');
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Run run = run(folder, java, "-cp", path, "io.vivace.cli.Main", "x", "-m", Repository.ROOT.resolve("models/vivace-nano.viv").toString(), "--seconds", "0.2", "--seed", "7", "-o", "x.wav");
        run.succeeds();
        assertTrue(run.err().contains("--add-modules jdk.incubator.vector"), run.err());
    }

    @Test void withoutAJdk25ItSaysSo() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : List.of("sh", "sed", "readlink", "dirname")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of(shell("command -v " + tool).text().strip()).toRealPath());
        }
        Path copy = copyOfTheLauncher();
        String finder = Files.readString(copy.resolve("scripts/find-jdk.sh"));
        // the usual places, moved to where nothing is
        Files.writeString(copy.resolve("scripts/find-jdk.sh"), finder.replaceAll("(?<=[ \"])/(usr|opt|Library)", "/nowhere/$1"));
        Run run = run(folder, "env", "-i", "HOME=" + folder, "PATH=" + bin, "sh", copy.resolve("vivace").toString(), "x");
        assertEquals(6, run.code(), run.err());
        assertTrue(run.err().contains("no JDK 25") && run.err().contains("JAVA_HOME"), run.err());
    }

    /** A folder that another user has cloned: nothing can be built there, and waiting would not help. */
    @Test void whoMayNotBuildIsTold() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(!root || shell("command -v setpriv").code() == 0, "SKIPPED: root may write anywhere, and there is no setpriv to become another user");
        Path copy = copyOfTheLauncher();
        Files.setPosixFilePermissions(Files.createDirectories(copy.resolve("cli/target")), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Run run = shell((root ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "") + "'" + copy.resolve("vivace") + "' x");
        assertEquals(7, run.code(), run.err());
        assertTrue(run.err().contains("it is not built yet") && run.err().contains("as a user who may"), run.err());
    }

    private Path copyOfTheLauncher() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy/scripts")).getParent();
        Files.copy(Path.of(VIVACE), copy.resolve("vivace"));
        Files.copy(Repository.ROOT.resolve("scripts/find-jdk.sh"), copy.resolve("scripts/find-jdk.sh"));
        return copy;
    }
}
