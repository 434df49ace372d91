package io.vivace.converter;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ObjectInputStream;
import java.lang.invoke.MethodHandles;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A checkpoint is data: nothing in the converter could turn its bytes into code, objects or processes. */
class ForbiddenCallsTest {
    private static final JavaClasses CONVERTER = new ClassFileImporter().importPath(Path.of("target", "classes"));

    private static DescribedPredicate<JavaMethodCall> callTo(Class<?> owner, String method) {
        return describe("target is " + owner.getSimpleName() + "." + method,
                call -> call.getTargetOwner().isAssignableTo(owner) && call.getName().equals(method));
    }

    @Test
    void theClassesAreThere() {
        assertTrue(CONVERTER.contain("io.vivace.converter.Converter"));
    }

    @Test
    void nothingStartsProcesses() {
        noClasses().should().callMethodWhere(callTo(Runtime.class, "exec")).check(CONVERTER);
        noClasses().should().dependOnClassesThat(type(ProcessBuilder.class)).check(CONVERTER);
    }

    @Test
    void noClassIsLoadedByName() {
        noClasses().should().callMethodWhere(callTo(Class.class, "forName")).check(CONVERTER);
        noClasses().should().callMethodWhere(callTo(ClassLoader.class, "loadClass")).check(CONVERTER);
        noClasses().should().dependOnClassesThat(type(URLClassLoader.class)).check(CONVERTER);
        noClasses().should().dependOnClassesThat(type(MethodHandles.Lookup.class)).check(CONVERTER);
    }

    @Test
    void nothingDeserialisesObjects() {
        noClasses().should().dependOnClassesThat(type(ObjectInputStream.class)).check(CONVERTER);
    }
}
