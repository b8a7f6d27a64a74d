# Builds, edits and reads a list with one of R's packages: in_r.R PACKAGE TASK IN OUT, as in_python.py does. Rows and cells
# come as lines with a tab between their fields, since R has no JSON of its own.

arguments <- commandArgs(trailingOnly = TRUE)
name <- arguments[1]; task <- arguments[2]; source <- arguments[3]; target <- arguments[4]
fields <- function(file) strsplit(paste0(readLines(file, encoding = "UTF-8", warn = FALSE), "\t."), "\t", fixed = TRUE)
as_frame <- function(lines) {
  rows <- lapply(lines, function(line) line[-length(line)])
  frame <- as.data.frame(do.call(rbind, rows[-1]), stringsAsFactors = FALSE)
  names(frame) <- rows[[1]]
  frame
}

if (name == "openxlsx") {
  library(openxlsx)
  if (task == "build") write.xlsx(as_frame(fields(source)), target)
  if (task == "edit") {
    book <- loadWorkbook(source)
    for (cell in fields(file("stdin"))) {
      writeData(book, 1, cell[2], startCol = 2, startRow = as.integer(substring(cell[1], 2)), colNames = FALSE)
    }
    saveWorkbook(book, target, overwrite = TRUE)
  }
  if (task == "read") rows <- read.xlsx(source, colNames = FALSE, skipEmptyRows = FALSE)
} else if (name == "readxl") {
  if (task == "read") rows <- readxl::read_excel(source, col_names = FALSE, col_types = "text", .name_repair = "minimal")
}

if (task == "read") {
  rows <- as.matrix(rows)
  rows[is.na(rows)] <- ""
  out <- file(target, open = "w", encoding = "UTF-8")
  for (number in seq_len(nrow(rows))) writeLines(paste(rows[number, ], collapse = "\t"), out)
  close(out)
}
