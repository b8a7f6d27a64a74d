// Builds, edits and reads a list with Apache POI: InJava TASK IN OUT. Rows and cells come as lines with a tab between
// their fields, since Java has no JSON of its own.

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

public class InJava {
    public static void main(String[] arguments) throws Exception {
        String task = arguments[0], source = arguments[1], target = arguments[2];
        if (task.equals("build")) {
            build(Files.readAllLines(Path.of(source)), target);
        } else if (task.equals("edit")) {
            edit(source, target);
        } else {
            read(source, target);
        }
    }

    private static void build(List<String> lines, String target) throws Exception {
        try (XSSFWorkbook book = new XSSFWorkbook(); FileOutputStream out = new FileOutputStream(target)) {
            Sheet sheet = book.createSheet("Grades");
            for (String line : lines) {
                Row row = sheet.createRow(sheet.getPhysicalNumberOfRows());
                for (String text : line.split("\t", -1)) {
                    row.createCell(Math.max(row.getLastCellNum(), 0)).setCellValue(text);
                }
            }
            book.write(out);
        }
    }

    private static void edit(String source, String target) throws Exception {
        BufferedReader cells = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (XSSFWorkbook book = new XSSFWorkbook(new FileInputStream(source));
                FileOutputStream out = new FileOutputStream(target)) {
            for (String line = cells.readLine(); line != null; line = cells.readLine()) {
                String[] cell = line.split("\t", -1);
                CellReference place = new CellReference(cell[0]);
                book.getSheetAt(0).getRow(place.getRow()).getCell(place.getCol()).setCellValue(cell[1]);
            }
            book.write(out);
        }
    }

    private static void read(String source, String target) throws Exception {
        List<String> lines = new ArrayList<>();
        try (XSSFWorkbook book = new XSSFWorkbook(new FileInputStream(source))) {
            for (Row row : book.getSheetAt(0)) {
                List<String> texts = new ArrayList<>();
                row.forEach(cell -> texts.add(cell.toString()));
                lines.add(String.join("\t", texts));
            }
        }
        Files.write(Path.of(target), lines);
    }
}
