// Builds, edits and reads a list with one of npm's packages: in_node.mjs PACKAGE TASK IN OUT, as in_python.py does.

import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const [name, task, source, target] = process.argv.slice(2);
// The packages are in the folder that this is run from.
const require = createRequire(join(process.cwd(), "package.json"));
const position = (place) => [Number(place.slice(1)) - 1, place.charCodeAt(0) - 65];

const exceljs = (ExcelJS) => ({
  async build(rows) {
    const book = new ExcelJS.Workbook();
    book.addWorksheet("Grades").addRows(rows);
    await book.xlsx.writeFile(target);
  },
  async edit(cells) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(source);
    for (const [place, text] of Object.entries(cells)) book.worksheets[0].getCell(place).value = text;
    await book.xlsx.writeFile(target);
  },
  async read() {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(source);
    const rows = [];
    book.worksheets[0].eachRow((row) => rows.push(Array.from(row.values).slice(1)));
    return rows;
  },
});

const sheetjs = (XLSX) => ({
  build(rows) {
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), "Grades");
    XLSX.writeFile(book, target);
  },
  edit(cells) {
    const book = XLSX.readFile(source, { cellStyles: true });
    const sheet = book.Sheets[book.SheetNames[0]];
    for (const [place, text] of Object.entries(cells)) XLSX.utils.sheet_add_aoa(sheet, [[text]], { origin: place });
    XLSX.writeFile(book, target, { cellStyles: true });
  },
  read() {
    const book = XLSX.readFile(source);
    return XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, raw: true });
  },
});

const packages = {
  exceljs,
  "@protobi/exceljs": exceljs,
  "@zurmokeeper/exceljs": exceljs,
  xlsx: sheetjs,
  "@e965/xlsx": sheetjs,
  "xlsx-js-style": sheetjs,
  "xlsx-populate": (XlsxPopulate) => ({
    async build(rows) {
      const book = await XlsxPopulate.fromBlankAsync();
      book.sheet(0).cell("A1").value(rows);
      await book.toFileAsync(target);
    },
    async edit(cells) {
      const book = await XlsxPopulate.fromFileAsync(source);
      for (const [place, text] of Object.entries(cells)) book.sheet(0).cell(place).value(text);
      await book.toFileAsync(target);
    },
    async read() {
      const book = await XlsxPopulate.fromFileAsync(source);
      return book.sheet(0).usedRange().value();
    },
  }),
  excel4node: (xl) => ({
    async build(rows) {
      const book = new xl.Workbook();
      const sheet = book.addWorksheet("Grades");
      rows.forEach((row, r) => row.forEach((text, c) => sheet.cell(r + 1, c + 1).string(text)));
      writeFileSync(target, await book.writeToBuffer());
    },
  }),
  "node-xlsx": ({ default: xlsx }) => ({
    build(rows) {
      writeFileSync(target, xlsx.build([{ name: "Grades", data: rows, options: {} }]));
    },
    edit(cells) {
      const sheets = xlsx.parse(source);
      for (const [place, text] of Object.entries(cells)) {
        const [row, column] = position(place);
        sheets[0].data[row][column] = text;
      }
      writeFileSync(target, xlsx.build(sheets));
    },
    read: () => xlsx.parse(source)[0].data,
  }),
  "write-excel-file": (_main, other) => ({
    async build(rows) {
      const { default: write } = other("write-excel-file/node");
      const data = rows.map((row) => row.map((text) => ({ type: String, value: text })));
      const written = write(data, { filePath: target });
      await (typeof written?.toFile === "function" ? written.toFile(target) : written);
    },
  }),
  "read-excel-file": (_main, other) => ({
    async read() {
      const found = other("read-excel-file/node");
      const read = found.readSheet ?? found.default;
      const rows = await read(source);
      return Array.isArray(rows[0]) ? rows : rows[0].data;
    },
  }),
  "better-xlsx": (xlsx) => ({
    async build(rows) {
      const file = new xlsx.File();
      const sheet = file.addSheet("Grades");
      for (const texts of rows) {
        const row = sheet.addRow();
        for (const text of texts) row.addCell().value = text;
      }
      await pipeline(await file.saveAs(), createWriteStream(target));
    },
  }),
};

const which = packages[name];
const main = ["write-excel-file", "read-excel-file"].includes(name) ? null : require(name);
const library = which(main, require);
if (task === "build") {
  await library.build(JSON.parse(readFileSync(source, "utf8")));
} else if (task === "edit") {
  await library.edit(JSON.parse(readFileSync(0, "utf8")));
} else {
  const rows = await library.read();
  const texts = rows.map((row) => Array.from(row, (value) => (value === undefined || value === null ? "" : String(value))));
  writeFileSync(target, JSON.stringify(texts));
}
