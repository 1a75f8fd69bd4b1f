package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.setup.CommandRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "segment ex,                explain",
        "segment re,                replay",
        "segment replay --re,       --restart",
        "segment send --write-key-, --write-key-file"
    })
    @EnabledIf("hasBash")
    void bashCompletesCommandsAndOptions(String typed, String completed) throws Exception {
        CommandRun run = CommandRun.with(Map.of(), "completion");
        Path script = Files.writeString(directory.resolve("completion"), run.output());

        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source \"$1\"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$2;"
                                + " COMP_POINT=${#COMP_LINE}; _complete_segment; echo \"${COMPREPLY[@]}\"",
                        "bash",
                        script.toString(),
                        typed)
                .start();
        bash.getOutputStream().close();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).isZero();
        assertThat(output.strip().split(" ")).contains(completed);
    }

    static boolean hasBash() {
        return Files.isExecutable(Path.of("/bin/bash")) || Files.isExecutable(Path.of("/usr/bin/bash"));
    }

    @Test
    void theScriptIsForZshToo() {
        assertThat(CommandRun.with(Map.of(), "completion").output()).contains("bashcompinit");
    }
}
