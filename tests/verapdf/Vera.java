// Asks the veraPDF library whether a PDF keeps a standard: java … Vera ua1 file.pdf; prints the failed rules, then "compliant=".
import java.io.FileInputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Vera {
    public static void main(String[] words) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(words[0]);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(words[1]), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
            ValidationResult result = validator.validate(parser);
            TreeMap<String, Integer> failed = new TreeMap<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    failed.merge(one.getRuleId() + " " + one.getMessage(), 1, Integer::sum);
                }
            }
            failed.forEach((rule, times) -> System.out.println(rule + " (" + times + ")"));
            System.out.println("checks=" + result.getTotalAssertions() + " compliant=" + result.isCompliant());
        }
    }
}
