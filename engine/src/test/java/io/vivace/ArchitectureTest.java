package io.vivace;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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

    private static final String CPU = "io.vivace.backend.cpu..", REFERENCE = "io.vivace.backend.reference..";

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
        holds(noClasses().that().resideInAPackage(CPU).should().dependOnClassesThat().resideInAPackage(REFERENCE));
        holds(noClasses().that().resideInAPackage(REFERENCE).should().dependOnClassesThat().resideInAPackage(CPU));
    }

    @Test
    void onlyTheChoiceOfABackEndKnowsWhichThereAre() {
        holds(noClasses().that().resideOutsideOfPackages(CPU, REFERENCE).and().doNotHaveFullyQualifiedName("io.vivace.backend.Backends")
                .should().dependOnClassesThat().resideInAnyPackage(CPU, REFERENCE));
    }

    @Test
    void modelsKnowNothingOfTheirCallers() {
        holds(noClasses().that().resideInAnyPackage("io.vivace.nn..", "io.vivace.text..", "io.vivace.audio..", "io.vivace.weights..", "io.vivace.graph..")
                .should().dependOnClassesThat().resideInAPackage("io.vivace.model.."));
    }

    @Test
    void onlyTheCpuBackEndTouchesTheVectorModule() {
        holds(noClasses().that().resideOutsideOfPackage("io.vivace.backend.cpu..").should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.."));
    }

    /** com.sun.management is a documented API of the JDK, in spite of its name. */
    @Test
    void nothingTouchesTheInsidesOfTheJdk() {
        holds(noClasses().should().dependOnClassesThat(resideInAnyPackage("sun..", "com.sun..", "jdk.internal..")
                .and(not(resideInAPackage("com.sun.management")))));
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
