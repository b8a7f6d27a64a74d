"""
Access: every route, both methods, every role.

`in` is a redirect to the sign-in page, `adm` one to the admin's own. kari is on the committee of the address, ingrid
on the other one of the exam, vera elsewhere; per plans the exam, petra another; sofie is a student, nina a trainer,
admin the support. `bad` is a POST without fields. Each row is requested three times, for the objects of three
`PLACES`, so that kari, ingrid, vera, per and petra each request their own objects and those of others.
"""

TABLE = """

route                         how  nobody kari ingrid vera per petra sofie nina admin
sign-in                       GET     200  302    302  302 302   302   302  302   302
sign-in                       POST    302  302    302  302 302   302   302  302   302
sign-in                       bad     200  302    302  302 302   302   302  302   302
feide                         GET     404  404    404  404 404   404   404  404   404
feide                         POST    404  404    404  404 404   404   404  404   404
feide-callback                GET     404  404    404  404 404   404   404  404   404
feide-callback                POST    404  404    404  404 404   404   404  404   404
ask-code                      GET     200  302    302  302 302   302   302  302   302
ask-code                      POST    302  302    302  302 302   302   302  302   302
ask-code                      bad     422  302    302  302 302   302   302  302   302
enter-code                    GET     302  302    302  302 302   302   302  302   302
enter-code                    POST    302  302    302  302 302   302   302  302   302
code-password                 GET     302  302    302  302 302   302   302  302   302
code-password                 POST    302  302    302  302 302   302   302  302   302
forgot-password               GET     200  200    200  200 200   200   200  200   200
forgot-password               POST    302  302    302  302 302   302   302  302   302
forgot-password               bad     422  422    422  422 422   422   422  422   422
new-password                  GET     302  302    302  302 302   302   302  302   302
new-password                  POST    302  302    302  302 302   302   302  302   302
sign-out                      GET      in  405    405  405 405   405   405  405   405
sign-out                      POST     in   in     in   in  in    in    in   in    in
session                       GET     200  200    200  200 200   200   200  200   200
session                       POST    405  405    405  405 405   405   405  405   405
continue-session              GET      in  405    405  405 405   405   405  405   405
continue-session              POST     in  204    204  204 204   204   204  204   204
home                          GET      in  302    302  302 302   302   302  302   302
home                          POST     in  302    302  302 302   302   302  302   302
accessibility                 GET     200  200    200  200 200   200   200  200   200
accessibility                 POST    405  405    405  405 405   405   405  405   405
help                          GET     200  200    200  200 200   200   200  200   200
help                          POST    405  405    405  405 405   405   405  405   405
help-page                     GET     200  200    200  200 200   200   200  200   200
help-page                     POST    405  405    405  405 405   405   405  405   405
language                      GET     405  405    405  405 405   405   405  405   405
language                      POST    302  302    302  302 302   302   302  302   302
language                      bad     409  409    409  409 409   409   409  409   409
settings                      GET      in  200    200  200 200   200   200  200   200
settings                      POST     in  302    302  302 302   302   302  302   302
settings                      bad      in  422    422  422 422   422   422  422   422
change-name                   GET      in  200    200  200 200   200   200  200   200
change-name                   POST     in  302    302  302 302   302   302  302   302
change-name                   bad      in  422    422  422 422   422   422  422   422
change-email                  GET      in  200    200  200 200   200   200  200   200
change-email                  POST     in  302    302  302 302   302   302  302   302
change-email                  bad      in  422    422  422 422   422   422  422   422
confirm-email                 GET      in  302    302  302 302   302   302  302   302
confirm-email                 POST     in  302    302  302 302   302   302  302   302
change-password               GET      in  200    200  200 200   200   200  200   200
change-password               POST     in  302    302  302 302   302   302  302   302
change-password               bad      in  422    422  422 422   422   422  422   422
own-sessions                  GET      in  200    200  200 200   200   200  200   200
own-sessions                  POST     in  405    405  405 405   405   405  405   405
own-data                      GET      in  200    200  200 200   200   200  200   200
own-data                      POST     in  405    405  405 405   405   405  405   405
own-data-file                 GET      in  200    200  200 200   200   200  200   200
own-data-file                 POST     in  405    405  405 405   405   405  405   405
end-sessions                  GET      in  405    405  405 405   405   405  405   405
end-sessions                  POST     in   in     in   in  in    in    in   in    in
setup                         GET     404  404    404  404 404   404   404  404   404
setup                         POST    404  404    404  404 404   404   404  404   404
support                       GET      in  403    403  403 403   403   403  403   200
support                       POST     in  405    405  405 405   405   405  405   405
admin:index                   GET     adm  adm    adm  adm adm   adm   adm  adm   200
admin:index                   POST    adm  adm    adm  adm adm   adm   adm  adm   200
admin-door                    GET      in  403    403  403 403   403   403  403   403
admin-door                    POST     in  403    403  403 403   403   403  403   403

# Notices; kari has one
notifications                 GET      in  200    200  200 200   200   200  200   200
notifications                 POST     in  405    405  405 405   405   405  405   405
read-notifications            GET      in  405    405  405 405   405   405  405   405
read-notifications            POST     in  302    302  302 302   302   302  302   302
open-notification             GET      in  405    405  405 405   405   405  405   405
open-notification             POST     in  302    404  404 404   404   404  404   404

# Grade tab
grade                         GET      in  200    200  200 200   200   200  200   200
grade                         POST     in  405    405  405 405   405   405  405   405
grading                       GET      in  200    200  404 404   404   404  404   404
grading                       POST     in  405    405  405 405   405   405  405   405

# Final Grading window
final-grading                 GET      in  200    404  404 404   404   404  404   404
final-grading                 POST     in  302    404  404 404   404   404  404   404
live                          GET      in  200    404  404 404   404   404  404   404
live                          POST     in  405    405  405 405   405   405  405   405
read-back                     GET      in  200    404  404 404   404   404  404   404
read-back                     POST     in  405    405  405 405   405   405  405   405
candidate                     GET      in  200    404  404 404   404   404  404   404
candidate                     POST     in  405    405  405 405   405   405  405   405
set-grade                     GET      in  405    405  405 405   405   405  405   405
set-grade                     POST     in  302    404  404 404   404   404  404   404
set-grade                     bad      in  409    404  404 404   404   404  404   404
reset-grade                   GET      in  405    405  405 405   405   405  405   405
reset-grade                   POST     in  302    404  404 404   404   404  404   404
set-attendance                GET      in  405    405  405 405   405   405  405   405
set-attendance                POST     in  302    404  404 404   404   404  404   404
mark-attendance               GET      in  405    405  405 405   405   405  405   405
mark-attendance               POST     in  302    404  404 404   404   404  404   404
mark-attendance               bad      in  409    404  404 404   404   404  404   404
set-remaining                 GET      in  200    404  404 404   404   404  404   404
set-remaining                 POST     in  302    404  404 404   404   404  404   404
set-remaining                 bad      in  422    404  404 404   404   404  404   404
undo-remaining                GET      in  405    405  405 405   405   405  405   405
undo-remaining                POST     in  409    404  404 404   404   404  404   404

# Grades to and from Excel
download                      GET      in  200    404  404 404   404   404  404   404
download                      POST     in  200    404  404 404   404   404  404   404
download-empty                GET      in  200    404  404 404   404   404  404   404
download-empty                POST     in  200    404  404 404   404   404  404   404
upload-sheet                  GET      in  200    404  404 404   404   404  404   404
upload-sheet                  POST     in  302    404  404 404   404   404  404   404
upload-sheet                  bad      in  422    404  404 404   404   404  404   404
uploads                       GET      in  200    404  404 404   404   404  404   404
uploads                       POST     in  405    405  405 405   405   405  405   405
upload                        GET      in  200    404  404 404   404   404  404   404
upload                        POST     in  405    405  405 405   405   405  405   405
upload-list                   GET      in  200    404  404 404   404   404  404   404
upload-list                   POST     in  405    405  405 405   405   405  405   405
accept-all                    GET      in  405    405  405 405   405   405  405   405
accept-all                    POST     in  302    404  404 404   404   404  404   404
answer-seen                   GET      in  405    405  405 405   405   405  405   405
answer-seen                   POST     in  302    404  404 404   404   404  404   404
accept-row                    GET      in  405    405  405 405   405   405  405   405
accept-row                    POST     in  302    404  404 404   404   404  404   404
correct-row                   GET      in  405    405  405 405   405   405  405   405
correct-row                   POST     in  302    404  404 404   404   404  404   404
note-row                      GET      in  405    405  405 405   405   405  405   405
note-row                      POST     in  302    404  404 404   404   404  404   404
note-all                      GET      in  405    405  405 405   405   405  405   405
note-all                      POST     in  302    404  404 404   404   404  404   404
restore-original              GET      in  405    405  405 405   405   405  405   405
restore-original              POST     in  302    404  404 404   404   404  404   404
restore-replaced              GET      in  405    405  405 405   405   405  405   405
restore-replaced              POST     in  302    404  404 404   404   404  404   404
undo-upload                   GET      in  405    405  405 405   405   405  405   405
undo-upload                   POST     in  302    404  404 404   404   404  404   404

# Confirmation
confirm                       GET      in  200    404  404 404   404   404  404   404
confirm                       POST     in  302    404  404 404   404   404  404   404
confirm                       bad      in  409    404  404 404   404   404  404   404
check-grades                  GET      in  405    405  405 405   405   405  405   405
check-grades                  POST     in  302    404  404 404   404   404  404   404
check-grades                  bad      in  422    404  404 404   404   404  404   404
withdraw                      GET      in  405    405  405 405   405   405  405   405
withdraw                      POST     in  302    404  404 404   404   404  404   404

# Grading protocol, of the committee where ingrid sits
protocol                      GET      in  404    200  404 200   404   404  404   404
protocol                      POST     in  405    405  405 405   405   405  405   405
protocol-pdf                  GET      in  404    200  404 200   404   404  404   404
protocol-pdf                  POST     in  405    405  405 405   405   405  405   405
check-protocol                GET     200  200    200  200 200   200   200  200   200
check-protocol                POST    302  302    302  302 302   302   302  302   302
check-protocol                bad     422  422    422  422 422   422   422  422   422

# Statistics
statistics                    GET      in  200    200  404 404   404   404  404   404
statistics                    POST     in  405    405  405 405   405   405  405   405
exam-statistics               GET      in  403    403  403 200   404   403  403   403
exam-statistics               POST     in  405    405  405 405   405   405  405   405

# Plan tab
plan                          GET      in  403    403  403 200   200   403  403   403
plan                          POST     in  403    403  403 302   302   403  403   403
plan-overview                 GET      in  403    403  403 200   200   403  403   403
plan-overview                 POST     in  405    405  405 405   405   405  405   405
remind-exams                  GET      in  403    403  403 302   302   403  403   403
remind-exams                  POST     in  403    403  403 302   404   403  403   403
remind-exams                  bad      in  403    403  403 302   302   403  403   403
new-exam                      GET      in  403    403  403 200   200   403  403   403
new-exam                      POST     in  403    403  403 302   302   403  403   403
new-exam                      bad      in  403    403  403 422   422   403  403   403
planned-exam                  GET      in  403    403  403 200   404   403  403   403
planned-exam                  POST     in  405    405  405 405   405   405  405   405
edit-exam                     GET      in  403    403  403 200   404   403  403   403
edit-exam                     POST     in  403    403  403 302   404   403  403   403
edit-exam                     bad      in  403    403  403 422   404   403  403   403
remind                        GET      in  403    403  403 200   404   403  403   403
remind                        POST     in  403    403  403 302   404   403  403   403
copy-exam                     GET      in  403    403  403 200   404   403  403   403
copy-exam                     POST     in  403    403  403 302   404   403  403   403
copy-exam                     bad      in  403    403  403 422   404   403  403   403
exam-log                      GET      in  403    403  403 200   404   403  403   403
exam-log                      POST     in  405    405  405 405   405   405  405   405

# Deleting, cancelling, archive and hand-over
delete-exam                   GET     in  403    403  403 200   404   403  403   403
delete-exam                   POST    in  403    403  403 302   404   403  403   403
delete-committee              GET     in  403    403  403 200   404   403  403   403
delete-committee              POST    in  403    403  403 302   404   403  403   403
cancel-exam                   GET     in  403    403  403 200   404   403  403   403
cancel-exam                   POST    in  403    403  403 302   404   403  403   403
cancel-exam                   bad     in  403    403  403 422   404   403  403   403
planners                      GET     in  403    403  403 200   404   403  403   403
planners                      POST    in  403    403  403 302   404   403  403   403
planners                      bad     in  403    403  403 422   404   403  403   403
delete-candidates             GET     in  405    405  405 405   405   405  405   405
delete-candidates             POST    in  403    403  403 302   404   403  403   403
delete-candidates             bad     in  403    403  403 409   404   403  403   403
undo-act                      GET     in  405    405  405 405   405   405  405   405
undo-act                      POST    in  403    403  403 302   404   403  403   403
remove-planner                GET     in  405    405  405 405   405   405  405   405
remove-planner                POST    in  403    403  403 302   404   403  403   403
hand-over                     GET     in  403    403  403 200   200   403  403   403
hand-over                     POST    in  403    403  403 302   302   403  403   403
hand-over                     bad     in  403    403  403 422   422   403  403   403

# Committees and candidates of a planned exam
new-committee                 GET      in  405    405  405 405   405   405  405   405
new-committee                 POST     in  403    403  403 302   404   403  403   403
new-committee                 bad      in  403    403  403 422   404   403  403   403
seat                          GET      in  405    405  405 405   405   405  405   405
seat                          POST     in  403    403  403 302   404   403  403   403
seat                          bad      in  403    403  403 422   404   403  403   403
add-person                    GET      in  405    405  405 405   405   405  405   405
add-person                    POST     in  403    403  403 302   404   403  403   403
invite                        GET      in  405    405  405 405   405   405  405   405
invite                        POST     in  403    403  403 302   404   403  403   403
invite                        bad      in  403    403  403 422   404   403  403   403
reopen                        GET      in  403    403  403 200   404   403  403   403
reopen                        POST     in  403    403  403 302   404   403  403   403
reopen                        bad      in  403    403  403 422   404   403  403   403
unseat                        GET      in  403    403  403 200   404   403  403   403
unseat                        POST     in  403    403  403 302   404   403  403   403
confirm-on-behalf             GET      in  403    403  403 200   404   403  403   403
confirm-on-behalf             POST     in  403    403  403 302   404   403  403   403
confirm-on-behalf             bad      in  403    403  403 422   404   403  403   403
withdraw-on-behalf            GET      in  405    405  405 405   405   405  405   405
withdraw-on-behalf            POST     in  403    403  403 302   404   403  403   403
grader-email                  GET      in  403    403  403 200   404   403  403   403
grader-email                  POST     in  403    403  403 302   404   403  403   403
grader-email                  bad      in  403    403  403 422   404   403  403   403
correct-grader                GET      in  403    403  403 200   404   403  403   403
correct-grader                POST     in  403    403  403 302   404   403  403   403
correct-grader                bad      in  403    403  403 422   404   403  403   403
planned-candidates            GET      in  403    403  403 200   404   403  403   403
planned-candidates            POST     in  403    403  403 302   404   403  403   403
download-candidates           GET      in  403    403  403 200   404   403  403   403
download-candidates           POST     in  405    405  405 405   405   405  405   405
add-candidates                GET      in  403    403  403 200   404   403  403   403
add-candidates                POST     in  403    403  403 200   404   403  403   403
add-candidates                bad      in  403    403  403 422   404   403  403   403
apply-candidates              GET      in  405    405  405 405   405   405  405   405
apply-candidates              POST     in  403    403  403 302   404   403  403   403
apply-candidates              bad      in  403    403  403 409   404   403  403   403
split-candidates              GET      in  405    405  405 405   405   405  405   405
split-candidates              POST     in  403    403  403 302   404   403  403   403
split-candidates              bad      in  403    403  403 302   404   403  403   403
move-candidates               GET      in  405    405  405 405   405   405  405   405
move-candidates               POST     in  403    403  403 302   404   403  403   403
move-candidates               bad      in  403    403  403 409   404   403  403   403
note-absence                  GET      in  405    405  405 405   405   405  405   405
note-absence                  POST     in  403    403  403 302   404   403  403   403
note-absence                  bad      in  403    403  403 409   404   403  403   403

# Import from FS
import                        GET      in  403    403  403 200   200   403  403   403
import                        POST     in  403    403  403 302   302   403  403   403
import                        bad      in  403    403  403 422   422   403  403   403
import-preview              GET      in  403    403  403 200   404   403  403   403
import-preview              POST     in  405    405  405 405   405   405  405   405
place-files                   GET      in  405    405  405 405   405   405  405   405
place-files                   POST     in  403    403  403 302   404   403  403   403
apply-import                  GET      in  405    405  405 405   405   405  405   405
apply-import                  POST     in  403    403  403 302   404   403  403   403
undo-import                   GET      in  403    403  403 200   404   403  403   403
undo-import                   POST     in  403    403  403 302   404   403  403   403

# Transfer to FS
exam-transfer                 GET      in  403    403  403 200   404   403  403   403
exam-transfer                 POST     in  403    403  403 302   404   403  403   403
exam-transfer                 bad      in  403    403  403 409   404   403  403   403
test-transfer                 GET      in  403    403  403 200   404   403  403   403
test-transfer                 POST     in  405    405  405 405   405   405  405   405
transfer                      GET      in  403    403  403 200   404   403  403   403
transfer                      POST     in  405    405  405 405   405   405  405   405
transfer-file                 GET      in  403    403  403 200   404   403  403   403
transfer-file                 POST     in  405    405  405 405   405   405  405   405
deliver-transfer              GET      in  405    405  405 405   405   405  405   405
deliver-transfer              POST     in  403    403  403 302   404   403  403   403

# Training tab
training                      GET      in  200    200  200 200   200   200  200   200
training                      POST     in  405    405  405 405   405   405  405   405
self-study                    GET      in  405    405  405 405   405   405  405   405
self-study                    POST     in  302    302  302 302   302   302  302   302
rehearse                      GET      in  405    405  405 405   405   405  405   405
rehearse                      POST     in  302    302  404 404   404   404  404   404

# Joining, without an account
join                          GET     200  200    200  200 200   200   200  200   200
join                          POST    302  302    302  302 302   302   302  302   302
join                          bad     422  422    422  422 422   422   422  422   422
join-code                     GET     200  200    200  200 200   200   200  200   200
join-code                     POST    302  302    302  302 302   302   302  302   302
join-link                     GET     200  200    200  200 200   200   200  200   200
join-link                     POST    302  302    302  302 302   302   302  302   302

# A trainee's own page; kari joined signed in
trainee                       GET     404  200    404  404 404   404   404  404   404
trainee                       POST    405  405    405  405 405   405   405  405   405
certificate-pdf               GET     404  200    404  404 404   404   404  200   404
certificate-pdf               POST    405  405    405  405 405   405   405  405   405
delete-certificate            GET     404  200    404  404 404   404   404  404   404
delete-certificate            POST    404  302    404  404 404   404   404  404   404
debrief                       GET     404  200    404  404 404   404   404  200   404
debrief                       POST    405  405    405  405 405   405   405  405   405
trainee-live                  GET     404  302    404  404 404   404   404  404   404
trainee-live                  POST    405  405    405  405 405   405   405  405   405
raise-own-hand                GET     405  405    405  405 405   405   405  405   405
raise-own-hand                POST    404  302    404  404 404   404   404  404   404
lower-own-hand                GET     405  405    405  405 405   405   405  405   405
lower-own-hand                POST    404  302    404  404 404   404   404  404   404
leave-training                GET     405  405    405  405 405   405   405  405   405
leave-training                POST    404  302    404  404 404   404   404  404   404
start-scenario                GET     405  405    405  405 405   405   405  405   405
start-scenario                POST    404  302    404  404 404   404   404  404   404
certificate                   GET     404  200    404  404 404   404   404  200   404
certificate                   POST    405  405    405  405 405   405   405  405   405

# A trainer's sessions; nina holds it
new-training                  GET      in  403    403  403 403   403   403  200   403
new-training                  POST     in  403    403  403 403   403   403  302   403
new-training                  bad      in  403    403  403 403   403   403  422   403
training-session              GET      in  403    403  403 403   403   403  200   403
training-session              POST     in  405    405  405 405   405   405  405   405
training-board                GET      in  403    403  403 403   403   403  302   403
training-board                POST     in  405    405  405 405   405   405  405   405
edit-training                 GET      in  403    403  403 403   403   403  200   403
edit-training                 POST     in  403    403  403 403   403   403  302   403
edit-training                 bad      in  403    403  403 403   403   403  422   403
training-poster               GET      in  403    403  403 403   403   403  200   403
training-poster               POST     in  405    405  405 405   405   405  405   405
training-qr                   GET      in  403    403  403 403   403   403  200   403
training-qr                   POST     in  405    405  405 405   405   405  405   405
training-message              GET      in  405    405  405 405   405   405  405   405
training-message              POST     in  403    403  403 403   403   403  302   403
training-message              bad      in  403    403  403 403   403   403  422   403
training-scenario             GET      in  405    405  405 405   405   405  405   405
training-scenario             POST     in  403    403  403 403   403   403  302   403
end-training                  GET      in  403    403  403 403   403   403  200   403
end-training                  POST     in  403    403  403 403   403   403  302   403
training-summary              GET      in  403    403  403 403   403   403  200   403
training-summary              POST     in  405    405  405 405   405   405  405   405
training-trainee              GET      in  403    403  403 403   403   403  200   403
training-trainee              POST     in  405    405  405 405   405   405  405   405
rename-trainee                GET      in  405    405  405 405   405   405  405   405
rename-trainee                POST     in  403    403  403 403   403   403  302   403
rename-trainee                bad      in  403    403  403 403   403   403  422   403
give-extra-time               GET      in  405    405  405 405   405   405  405   405
give-extra-time               POST     in  403    403  403 403   403   403  409   403
give-extra-time               bad      in  403    403  403 403   403   403  422   403
remove-trainee                GET      in  403    403  403 403   403   403  200   403
remove-trainee                POST     in  403    403  403 403   403   403  302   403
training-figures              GET      in  403    403  403 403   403   403  200   403
training-figures              POST     in  405    405  405 405   405   405  405   405
training-debrief              GET      in  403    403  403 403   403   403  200   403
training-debrief              POST     in  405    405  405 405   405   405  405   405
message-trainee               GET      in  405    405  405 405   405   405  405   405
message-trainee               POST     in  403    403  403 403   403   403  302   403
message-trainee               bad      in  403    403  403 403   403   403  422   403
lower-hand                    GET      in  405    405  405 405   405   405  405   405
lower-hand                    POST     in  403    403  403 403   403   403  302   403
give-hint                     GET      in  405    405  405 405   405   405  405   405
give-hint                     POST     in  403    403  403 403   403   403  302   403
make-robot-act                GET      in  405    405  405 405   405   405  405   405
make-robot-act                POST     in  403    403  403 403   403   403  302   403
refuse-at-fs                  GET      in  405    405  405 405   405   405  405   405
refuse-at-fs                  POST     in  403    403  403 403   403   403  302   403
refuse-at-fs                  bad      in  403    403  403 403   403   403  409   403
send-old-list                 GET      in  405    405  405 405   405   405  405   405
send-old-list                 POST     in  403    403  403 403   403   403  409   403
move-time                     GET      in  405    405  405 405   405   405  405   405
move-time                     POST     in  403    403  403 403   403   403  302   403

# Scenarios and their authors; nina wrote the one of the address
scenarios                     GET      in  403    403  403 403   403   403  200   200
scenarios                     POST     in  405    405  405 405   405   405  405   405
new-scenario                  GET      in  403    403  403 403   403   403  200   403
new-scenario                  POST     in  403    403  403 403   403   403  302   403
new-scenario                  bad      in  403    403  403 403   403   403  422   403
import-scenario               GET      in  403    403  403 403   403   403  200   403
import-scenario               POST     in  403    403  403 403   403   403  302   403
import-scenario               bad      in  403    403  403 403   403   403  422   403
scenario                      GET      in  403    403  403 403   403   403  200   200
scenario                      POST     in  405    405  405 405   405   405  405   405
copy-scenario                 GET      in  403    403  403 403   403   403  200   403
copy-scenario                 POST     in  403    403  403 403   403   403  302   403
copy-scenario                 bad      in  403    403  403 403   403   403  422   403
export-scenario               GET      in  403    403  403 403   403   403  200   200
export-scenario               POST     in  405    405  405 405   405   405  405   405
edit-scenario                 GET      in  403    403  403 403   403   403  200   403
edit-scenario                 POST     in  403    403  403 403   403   403  302   403
edit-scenario                 bad      in  403    403  403 403   403   403  409   403
edit-scenario-text            GET      in  403    403  403 403   403   403  200   403
edit-scenario-text            POST     in  403    403  403 403   403   403  302   403
edit-scenario-text            bad      in  403    403  403 403   403   403  422   403
scenario-verdict              GET      in  403    403  403 403   403   403  302   403
scenario-verdict              POST     in  405    405  405 405   405   405  405   405
play-scenario                 GET      in  405    405  405 405   405   405  405   405
play-scenario                 POST     in  403    403  403 403   403   403  302   403
publish-scenario              GET      in  405    405  405 405   405   405  405   405
publish-scenario              POST     in  403    403  403 403   403   403  302   403
publish-scenario              bad      in  403    403  403 403   403   403  409   403
withdraw-scenario             GET      in  405    405  405 405   405   405  405   405
withdraw-scenario             POST     in  403    403  403 403   403   403  302   302
delete-scenario               GET      in  403    403  403 403   403   403  200   403
delete-scenario               POST     in  403    403  403 403   403   403  302   403

# FS and Studentweb, simulated
fs:studentweb                 GET      in  200    200  200 200   200   200  200   200
fs:studentweb                 POST     in  405    405  405 405   405   405  405   405
fs:exams                      GET      in  403    403  403 200   200   403  403   403
fs:exams                      POST     in  405    405  405 405   405   405  405   405
fs:exam                       GET      in  403    403  403 200   404   403  403   403
fs:exam                       POST     in  405    405  405 405   405   405  405   405
fs:withdraw                   GET      in  405    405  405 405   405   405  405   405
fs:withdraw                   POST     in  403    403  403 302   404   403  403   403
fs:restore                    GET      in  405    405  405 405   405   405  405   405
fs:restore                    POST     in  403    403  403 302   404   403  403   403
"""

LINES = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
ROLES, ROWS = LINES[0][2:], LINES[1:]

PLACES: dict[str, dict[str, str]] = {
    "committee-1": {},
    "committee-2": {"kari": "ingrid", "ingrid": "kari"},
    "elsewhere": {"kari": "vera", "ingrid": "vera", "vera": "kari", "per": "petra", "petra": "per"},
}
"""The objects to request, with the column of the table that applies to each role there."""


def expected(answers: list[str], place: str) -> dict[str, str]:
    """Return the expected response for each role about the objects of `place`, for the `answers` of a row."""
    column = dict(zip(ROLES, answers, strict=True))
    return {role: column[PLACES[place].get(role, role)] for role in ROLES}


def represented(role: str) -> list[list[str]]:
    """
    Return the rows that `role` requests for all roles with the same response.

    The roles take turns, so that each one represents others in some rows.
    """
    found = []
    for turn, row in enumerate(ROWS):
        own = row[2 + ROLES.index(role)]
        alike = [name for name, answer in zip(ROLES, row[2:], strict=True) if answer == own]
        found += [row] if alike[turn % len(alike)] == role else []
    return found


WHO = {
    "nobody": "nobody signed in",
    "kari": "grader of it",
    "ingrid": "grader of the exam's other committee",
    "vera": "grader elsewhere",
    "per": "its planner",
    "petra": "planner elsewhere",
    "sofie": "student",
    "nina": "trainer",
    "admin": "support",
}


def markdown(table: str, heads: list[str]) -> str:
    """Return a table of this form as Markdown with `chain_heads` above its columns, and a row for each heading."""
    columns = ["route", "how", *heads]
    parts = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for line in table.splitlines():
        if line.startswith("# "):
            parts.append(f"| **{line[2:]}** |" + " |" * (len(columns) - 1))
        elif line and not line.startswith("route "):
            parts.append("| " + " | ".join(line.split()) + " |")
    return "\n".join(parts)
