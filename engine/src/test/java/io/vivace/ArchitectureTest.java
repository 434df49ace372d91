package io.vivace;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The dependency arrows and the things that are never called, as docs/architecture.md promises them. */
class ArchitectureTest {
    private static final JavaClasses ENGINE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    private static void holds(ArchRule rule) {
        rule.check(ENGINE);
    }

    @Test
    void theClassesAreThere() {
        assertTrue(ENGINE.contain("io.vivace.graph.Graph") && ENGINE.contain("io.vivace.backend.reference.ReferenceBackend"));
    }

    @Test
    void aGraphIsDataAndKnowsNothingAbove() {
        holds(classes().that().resideInAPackage("io.vivace.graph").should().onlyDependOnClassesThat()
                .resideInAnyPackage("io.vivace.graph", "java.lang..", "java.util.."));
    }

    @Test
    void backEndsKnowNoModel() {
        holds(noClasses().that().resideInAPackage("io.vivace.backend..").should().dependOnClassesThat()
                .resideInAnyPackage("io.vivace.model..", "io.vivace.nn..", "io.vivace.text..", "io.vivace.audio.."));
    }

    @Test
    void backEndsDoNotKnowEachOther() {
        holds(noClasses().that().resideInAPackage("io.vivace.backend.cpu..").should().dependOnClassesThat()
                .resideInAPackage("io.vivace.backend.reference..").allowEmptyShould(true));
        holds(noClasses().that().resideInAPackage("io.vivace.backend.reference..").should().dependOnClassesThat()
                .resideInAPackage("io.vivace.backend.cpu.."));
        holds(noClasses().that().resideInAPackage("io.vivace.backend").and().doNotHaveSimpleName("Backends").should().dependOnClassesThat()
                .resideInAnyPackage("io.vivace.backend.cpu..", "io.vivace.backend.reference.."));
    }

    @Test
    void modelsDoNotKnowWhereTheyRun() {
        holds(noClasses().that().resideInAnyPackage("io.vivace.model..", "io.vivace.nn..", "io.vivace.sample..", "io.vivace.text..", "io.vivace.audio..")
                .should().dependOnClassesThat().resideInAnyPackage("io.vivace.backend.cpu..", "io.vivace.backend.reference..").allowEmptyShould(true));
    }

    @Test
    void onlyTheCpuBackEndTouchesTheVectorModule() {
        holds(noClasses().that().resideOutsideOfPackage("io.vivace.backend.cpu..").should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.."));
    }

    @Test
    void nothingTouchesTheInsidesOfTheJdk() {
        // com.sun.management is exported and supported by the module jdk.management, whatever its name looks like.
        holds(noClasses().should().dependOnClassesThat(resideInAnyPackage("sun..", "com.sun..", "jdk.internal..")
                .and(resideOutsideOfPackage("com.sun.management"))));
    }

    @Test
    void nothingStartsProcesses() {
        holds(noClasses().should().callMethodWhere(describe("target is Runtime.exec",
                call -> call.getTargetOwner().isEquivalentTo(Runtime.class) && call.getName().equals("exec"))));
        holds(noClasses().should().dependOnClassesThat(type(ProcessBuilder.class)));
    }

    @Test
    void nothingDeserialisesObjects() {
        holds(noClasses().should().dependOnClassesThat(type(ObjectInputStream.class)));
    }
}
