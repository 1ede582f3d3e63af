package io.millrace.deploy.page;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The live page in a headless Chromium, as a person sees and uses it. For the page over whatever pipeline. */
public final class PageDriver implements AutoCloseable {
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private final ChromeDriver browser;

    private PageDriver(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Whether this machine has Chromium and its driver. Nothing is ever downloaded. */
    public static boolean available() {
        return BROWSER.canExecute() && DRIVER.canExecute();
    }

    /** Why {@link #available} says no. */
    public static String missing() {
        return "the page needs " + BROWSER + " and " + DRIVER + " to be tested, and this machine lacks one of them";
    }

    /** Opens the page. */
    public static PageDriver open(URI page) {
        ChromeOptions options = new ChromeOptions()
                .setBinary(BROWSER)
                .addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1400")
                // What would wait for a network that a test must not need, or for shared memory that may be small.
                .addArguments("--no-proxy-server", "--no-first-run", "--disable-background-networking")
                .addArguments("--disable-component-update", "--disable-dev-shm-usage");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        // A driver named here keeps Selenium from looking for one elsewhere.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .build();
        ChromeDriver browser = new ChromeDriver(service, options);
        browser.get(page.toString());
        return new PageDriver(browser);
    }

    public String pipeline() {
        return text("pipeline");
    }

    /** The state beside the pipeline's name: "ready", or why it is not. */
    public String readiness() {
        return text("readiness");
    }

    /** "Events scored" as a number; 0 until there is one. */
    public long scored() {
        return number("scored");
    }

    public long firing() {
        return number("firing");
    }

    public long deadLetters() {
        return number("dead-letters");
    }

    /** The picked device. */
    public String device() {
        return text("device-title");
    }

    /** The latest score of the picked device, as the page writes it; empty if it shows none. */
    public String score() {
        return browser.findElements(By.className("score-value")).stream()
                .findFirst()
                .map(PageDriver::textOf)
                .orElse("");
    }

    /** How many charts of the picked device are drawn: its score's and its signals'. */
    public int deviceCharts() {
        return browser.findElements(By.cssSelector("#device-charts .uplot canvas"))
                .size();
    }

    /** "device/rule" of the alerts that the table shows in the given state, FIRING or RESOLVED. */
    public List<String> alerts(String state) {
        return browser.findElements(By.cssSelector("#alerts tr[data-state=" + state + "] button")).stream()
                .map(button -> attribute(button, "data-key"))
                .toList();
    }

    /** The words of the rows of the table of dead letters. */
    public List<String> deadLetterRows() {
        return browser.findElements(By.cssSelector("#dead tbody tr")).stream()
                .map(PageDriver::textOf)
                .toList();
    }

    /** What a screen reader was told last. */
    public String announced() {
        return attribute(browser.findElement(By.id("announce")), "textContent");
    }

    /** The banner, empty while there is nothing to say. */
    public String banner() {
        return text("banner");
    }

    /** Searches for a device and picks the first one found, by keyboard alone. */
    public void pickByKeyboard(String search) {
        WebElement box = browser.findElement(By.id("search"));
        box.sendKeys(Keys.chord(Keys.CONTROL, "a"), search);
        waitForList(search);
        box.sendKeys(Keys.ARROW_DOWN);
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        box.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    }

    /** Picks the device of an alert, by keyboard alone. */
    public void pickByAlert(String key) {
        browser.findElement(By.cssSelector("#alerts button[data-key='" + key + "']"))
                .sendKeys(Keys.ENTER);
    }

    /** Whether the page leaves its window at the side, at the given width. */
    public boolean overflowsAt(int width) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 844, "deviceScaleFactor", 1, "mobile", true));
        Object overflows = browser.executeScript("return document.documentElement.scrollWidth > innerWidth");
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        return Boolean.TRUE.equals(overflows);
    }

    /** What the browser complained of, violations of the content security policy included. */
    public List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    private void waitForList(String search) {
        await().until(() -> browser.findElements(By.cssSelector("#devices .name")).stream()
                .map(PageDriver::textOf)
                .allMatch(name -> name.contains(search)));
    }

    private String text(String id) {
        return textOf(browser.findElement(By.id(id)));
    }

    /** The page redraws its tables; an element that has gone says nothing. */
    private static String textOf(WebElement element) {
        try {
            return element.getText();
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    private static String attribute(WebElement element, String name) {
        try {
            String value = element.getDomProperty(name);
            String attribute = value == null ? element.getDomAttribute(name) : value;
            return attribute == null ? "" : attribute;
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    private long number(String id) {
        String digits = text(id).replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    @Override
    public void close() {
        browser.quit();
    }
}
